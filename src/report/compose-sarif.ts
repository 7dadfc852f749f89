// The outcome → SARIF 2.1.0 as GitHub's code scanning takes it: one result for each finding at the head, with a fingerprint that
// survives moved lines.
import { CATEGORIES, type Severity } from '../findings/finding.ts';
import { cleanPlain } from './clean-text.ts';
import type { ResultFinding, ReviewResult } from './result.ts';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  major: 'warning',
  minor: 'note',
  nit: 'note',
};

/** GitHub's scale of `security-severity`, from which it makes critical, high, medium and low. */
const SECURITY: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  major: '7.5',
  minor: '4.0',
  nit: '1.0',
};

/** docs.github.com/code-security: of one run, no more results than this are shown. */
const MAX_RESULTS = 5_000;

export function composeSarif(result: ReviewResult): unknown {
  const findings = result.findings.filter(isAtHead).slice(0, MAX_RESULTS);
  const rules = CATEGORIES.map((category) => ({
    id: `nectr/${category}`,
    name: category,
    shortDescription: { text: `A problem of ${category}` },
    properties: { tags: category === 'security' ? ['security'] : [category] },
  }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Nectr', rules } },
        automationDetails: { id: `nectr/${result.pull_request}` },
        columnKind: 'utf16CodeUnits',
        results: findings.map(composeOne),
      },
    ],
  };
}

/** SARIF is about one version of the files: what stands on deleted lines, or in no file, has no place in it. */
function isAtHead({ placement }: ResultFinding): boolean {
  return placement.kind === 'file' || (placement.kind === 'line' && placement.side === 'RIGHT');
}

function composeOne({
  severity,
  category,
  path,
  placement,
  title,
  explanation,
  scenario,
  fingerprint,
}: ResultFinding) {
  const region =
    placement.kind === 'line'
      ? { startLine: placement.startLine, endLine: placement.line }
      : { startLine: 1 };
  const uri = path.split('/').map(encodeURIComponent).join('/');
  return {
    ruleId: `nectr/${category}`,
    ruleIndex: CATEGORIES.indexOf(category),
    level: LEVELS[severity],
    // GitHub shows it as it is, but for links.
    message: { text: cleanPlain(`${title}\n\n${explanation}\n\nWhen it happens: ${scenario}`) },
    locations: [{ physicalLocation: { artifactLocation: { uri }, region } }],
    partialFingerprints: { 'nectr/v1': fingerprint },
    properties: category === 'security' ? { 'security-severity': SECURITY[severity] } : {},
  };
}
