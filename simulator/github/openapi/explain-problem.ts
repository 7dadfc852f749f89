// A finding of the schema validator → the sentence GitHub answers with, where reports of users show it
// (reviewdog/action-actionlint#72, ataylorme/eslint-annotate-action#32, prowler-cloud/prowler#12370).
import type { ErrorObject } from 'ajv';

export function explainProblem({ keyword, params, instancePath, message, data }: ErrorObject): string {
  const where = instancePath.replace(/^\/(?:requestBody|path|query|header)\/?/, '');
  const rule = params as Readonly<Record<string, unknown>>;
  switch (keyword) {
    case 'required':
      return `"${String(rule['missingProperty'])}" wasn't supplied.`;
    case 'additionalProperties':
      return `"${String(rule['additionalProperty'])}" is not a permitted key.`;
    case 'maxItems':
      return `No more than ${String(rule['limit'])} items are allowed; ${(data as unknown[]).length} were supplied.`;
    case 'maxProperties':
      return `No more than ${String(rule['limit'])} properties are allowed; ${Object.keys(data as object).length} were supplied.`;
    case 'maxLength':
      return `Only ${String(rule['limit'])} characters are allowed; ${(data as string).length} were supplied.`;
    case 'enum':
      return `For '${where}', ${JSON.stringify(data)} is not a member of ${JSON.stringify(rule['allowedValues'])}.`;
    case 'type':
      return `For '${where}', ${JSON.stringify(data) ?? 'nil'} is not a ${String(rule['type'])}.`;
    default:
      return `For '${where}', ${message ?? keyword}.`;
  }
}
