// One changed file → how much harm a defect in it can do, as a number: what is read first when money may run out.
import type { ListedFile } from '../diff/changed-file.ts';

const SENSITIVE =
  /auth|login|session|passw|token|crypt|secret|payment|billing|permission|admin|sql|migrat|webhook|upload|oauth|cors/i;
const DELIVERY = /^\.github\/|(^|\/)(Dockerfile|compose\.ya?ml|Jenkinsfile)$|\.(tf|bicep)$/i;
const PROSE = /\.(md|mdx|rst|txt|adoc)$|(^|\/)(LICENSE|CHANGELOG)/i;
const TEST = /(^|\/)(tests?|spec|__tests__|fixtures)\/|[._-](test|spec)\.[^/]+$|_test\.[^/]+$/i;

export function rateRisk({ path, added, deleted, status }: ListedFile): number {
  const size = Math.min(30, Math.log2(1 + added + deleted) * 4);
  return (
    size +
    (SENSITIVE.test(path) ? 40 : 0) +
    (DELIVERY.test(path) ? 20 : 0) +
    (status === 'deleted' ? -5 : 0) +
    (TEST.test(path) ? -20 : 0) +
    (PROSE.test(path) ? -30 : 0)
  );
}

export function isTest(path: string): boolean {
  return TEST.test(path);
}
