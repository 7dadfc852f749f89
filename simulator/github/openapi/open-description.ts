// GitHub's published description, opened for checking: which operation a request is, and whether request and answer
// fit it. What fits no operation or names a field that is not described is said, never let through.
import { readFileSync } from 'node:fs';
import { OpenAPIBackend, type Document, type Operation, type Request } from 'openapi-backend';

export interface Description {
  match(request: Request): Operation | undefined;
  /** Every way in which the request does not fit; empty when it does. */
  checkRequest(request: Request, operation: Operation): string[];
  checkAnswer(body: unknown, operation: Operation, status: number): string[];
}

export async function openDescription(): Promise<Description> {
  const file = new URL('api.github.com.json', import.meta.url);
  const api = new OpenAPIBackend({
    definition: JSON.parse(readFileSync(file, 'utf8')) as Document,
    ajvOpts: { strict: false, allErrors: true, validateFormats: false },
    coerceTypes: true,
    quick: true,
  });
  await api.init();
  return {
    match: (request) => {
      const operation = api.matchOperation(request);
      return operation?.operationId === undefined ? undefined : operation;
    },
    checkRequest: (request, operation) => {
      const { errors } = api.validateRequest(request, operation);
      const problems = (errors ?? []).map(
        (error) => `${error.instancePath || 'request'} ${error.message ?? ''}`,
      );
      return [...problems, ...findUndescribed(request.body, bodySchema(operation), 'body')];
    },
    checkAnswer: (body, operation, status) => {
      if (!(String(status) in (operation.responses ?? {}))) return [];
      const { errors } = api.validateResponse(body ?? null, operation, status);
      return (errors ?? []).map((error) => `${error.instancePath || 'answer'} ${error.message ?? ''}`);
    },
  };
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

function bodySchema(operation: Operation): Schema | undefined {
  const body = operation.requestBody as { content?: Record<string, { schema?: Schema }> } | undefined;
  return body?.content?.['application/json']?.schema;
}

/** GitHub ignores a field it does not know, and a typing error with it; here it is an error. */
function findUndescribed(value: unknown, schema: Schema | undefined, path: string): string[] {
  if (!schema || schema.oneOf || schema.anyOf || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((item, at) => findUndescribed(item, schema.items, `${path}/${at}`));
  const { properties } = schema;
  if (!properties || schema.additionalProperties) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    name in properties
      ? findUndescribed(part, properties[name], `${path}/${name}`)
      : [`${path}/${name} is not in the description`],
  );
}
