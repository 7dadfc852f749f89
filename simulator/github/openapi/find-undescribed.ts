// Fields of a request body that the description does not name. GitHub ignores them, and a typing error with them;
// here they are errors.

export interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** Paths such as `comments/0/subject_type`. */
export function findUndescribed(value: unknown, schema: Schema | undefined, path = ''): string[] {
  if (!schema || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item, at) => findUndescribed(item, schema.items, `${path}${at}/`));
  }
  const known = collectProperties(schema);
  // An object without described fields is free, such as client_payload.
  if (known.size === 0) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    known.has(name) ? findUndescribed(part, known.get(name), `${path}${name}/`) : [`${path}${name}`],
  );
}

/** Of the schema itself and of every alternative it offers. */
function collectProperties(schema: Schema): Map<string, Schema> {
  const parts = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
  return new Map([
    ...parts.flatMap((part) => [...collectProperties(part)]),
    ...Object.entries(schema.properties ?? {}),
  ]);
}
