// What GitHub asks of a request's headers before it looks at anything else.
import { BrokenRule } from './call.ts';

/** docs.github.com/rest/about-the-rest-api/api-versions */
const API_VERSIONS = new Set(['2022-11-28', '2026-03-10']);
/** Media types that answer in JSON; what else GitHub knows (diff, raw, html) is not served here. */
const JSON_TYPES = /^(?:\*\/\*|application\/(?:\*|json|vnd\.github(?:\.v3)?\+json))$/;

export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  if (!headers['user-agent']) {
    throw new BrokenRule(
      403,
      'Request forbidden by administrative rules. Please make sure your request has a User-Agent header (https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). Check https://developer.github.com for other possible causes.',
    );
  }
  const version = headers['x-github-api-version'];
  if (version !== undefined && !API_VERSIONS.has(version)) {
    throw new BrokenRule(400, `"${version}" is not a supported version.`);
  }
  const types = (headers['accept'] ?? '*/*').split(',').map((type) => type.split(';')[0]?.trim() ?? '');
  if (!types.some((type) => JSON_TYPES.test(type)))
    throw new BrokenRule(415, `Unsupported 'Accept' header: '${headers['accept']}'.`);
}
