// GitHub's published description, opened for checking: which operation a request is, and whether request and answer
// fit it. What fits no operation or names a field that is not described is said, never let through.
import { readFileSync } from 'node:fs';
import addFormats from 'ajv-formats';
import { OpenAPIBackend, type Document, type Operation, type Request } from 'openapi-backend';
import { explainProblem } from './explain-problem.ts';
import { findUndescribed, type Schema } from './find-undescribed.ts';

export interface Description {
  match(request: Request): Operation | undefined;
  /** Every way in which the request does not fit, in GitHub's words where they are known; empty when it does. */
  checkRequest(request: Request, operation: Operation): string[];
  /** The same for an answer. A success that the operation does not describe is a problem too. */
  checkAnswer(body: unknown, operation: Operation, status: number): string[];
}

type AddFormats = (typeof addFormats)['default'];

let opened: Promise<Description> | undefined;

/** Once a process: it never changes, and its checks are compiled as they are needed, which takes a second in all. */
export function openDescription(): Promise<Description> {
  opened ??= readDescription();
  return opened;
}

async function readDescription(): Promise<Description> {
  const file = new URL('api.github.com.json', import.meta.url);
  const api = new OpenAPIBackend({
    definition: JSON.parse(readFileSync(file, 'utf8'), allowNull) as Document,
    // The description itself is not checked, nor its checks made shorter: both take longer than they save.
    ajvOpts: {
      strict: false,
      allErrors: true,
      verbose: true,
      validateSchema: false,
      code: { optimize: false },
    },
    // ajv-formats is CommonJS whose types say otherwise: what is imported is the function itself.
    customizeAjv: (ajv) =>
      (addFormats as unknown as AddFormats)(ajv, ['date-time', 'email', 'uri']).addFormat(
        'repo.nwo', // `owner/name`, in GitHub's own words
        /^[^/]+\/[^/]+$/,
      ),
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
      const undescribed = findUndescribed(request.body, bodySchema(operation));
      return [
        ...new Set([
          ...(errors ?? []).map(explainProblem),
          ...undescribed.map((name) => `"${name}" is not a permitted key.`),
        ]),
      ];
    },
    checkAnswer: (body, operation, status) => {
      const described = Object.keys(operation.responses ?? {});
      if (!described.includes(String(status))) {
        return status < 300 ? [`the description knows only the answers ${described.join(', ')}`] : [];
      }
      const { errors } = api.validateResponse(body ?? null, operation, status);
      return (errors ?? []).map((error) => `${error.instancePath || 'answer'} ${error.message ?? ''}`);
    },
  };
}

/** OpenAPI 3.0 writes null as `nullable` beside an enum or a reference; JSON Schema as one more value. For `JSON.parse`. */
function allowNull(_: string, value: unknown): unknown {
  if ((value as { nullable?: unknown } | null)?.nullable !== true) return value;
  const { nullable, ...schema } = value as { nullable: true; type?: string; enum?: unknown[] };
  if (schema.type === undefined) return { anyOf: [schema, { enum: [null] }] };
  return schema.enum ? { ...schema, nullable, enum: [...schema.enum, null] } : value;
}

function bodySchema(operation: Operation): Schema | undefined {
  const body = operation.requestBody as { content?: Record<string, { schema?: Schema }> } | undefined;
  return body?.content?.['application/json']?.schema;
}
