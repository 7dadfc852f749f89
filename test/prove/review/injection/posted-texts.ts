// The outcome of a run → what it writes beside the review, and what none of it may hold.
import { composeReport, composeTitle } from '../../../../src/report/compose-outcome.ts';
import { composeSarif } from '../../../../src/report/compose-sarif.ts';
import type { Outcome } from '../../../../src/review.ts';
import { API_KEY } from '../local-review.ts';
import type { Forbidden, Posted } from './check-posted.ts';

/** What a run writes beside: job summary, outputs, files. */
export function composeWritten(outcome: Outcome): Posted[] {
  if (!('result' in outcome))
    return 'reason' in outcome ? [{ what: 'reason', text: outcome.reason, kind: 'plain' }] : [];
  const { result, review } = outcome;
  const sarif = composeSarif(result) as { runs: { results: { message: { text: string } }[] }[] };
  return [
    { what: 'job summary', text: composeReport(result, review?.url), kind: 'markdown' },
    { what: 'output', text: composeTitle(result), kind: 'plain' },
    ...(sarif.runs[0]?.results ?? []).map(({ message }): Posted => ({
      what: 'SARIF',
      text: message.text,
      kind: 'plain',
    })),
    { what: 'SARIF as a whole', text: JSON.stringify(sarif), kind: 'data' },
    { what: 'review.json', text: JSON.stringify(result), kind: 'data' },
  ];
}

/** Secrets in all the forms in which the payloads tell them. */
export function composeForbidden(home: string, token: string, foreign: readonly string[]): Forbidden {
  const reversed = API_KEY.split('').reverse().join('');
  const inside = Buffer.from(`the key: ${API_KEY}, yes`).toString('base64').slice(14, -10);
  const secrets = [API_KEY, token, reversed, inside, Buffer.from(API_KEY).toString('hex')];
  const others = [
    `ghp_${'a1B2'.repeat(9)}`,
    `${'a1B2'.repeat(4)}${'c3D4'.repeat(5)}`,
    'MIIEow',
    'hunter2hunter2',
  ];
  return { home, secrets: [...secrets, ...others], foreign };
}
