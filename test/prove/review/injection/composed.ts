// Every payload in every field of an outcome that others fill, composed into all that is posted: no network, so all of them in
// the short form, too.
import type { ResultFinding, ReviewResult } from '../../../../src/report/result.ts';
import { concludeReview } from '../../../../src/report/compose-outcome.ts';
import { composeReview } from '../../../../src/report/compose-review.ts';
import { composeHideSecrets } from '../../../../src/report/hide-secrets.ts';
import { onLine, resultFinding, reviewResult } from '../../../review-result.ts';
import { atLeast, noneOf, type Figure } from '../../scenario.ts';
import { API_KEY } from '../local-review.ts';
import { findFaults, type Posted } from './check-posted.ts';
import { composeForbidden, composeWritten } from './posted-texts.ts';
import { PAYLOADS } from './payloads.ts';

const HOME = 'http://127.0.0.1:1';
const TOKEN = 'ghs_of_the_proof_0123456789';

export function proveComposed(): Figure[] {
  const forbidden = composeForbidden(HOME, TOKEN, []);
  let texts = 0;
  const faults = PAYLOADS.flatMap(({ name, text }) => {
    const posted = listPosted(composeResult(composeHideSecrets([API_KEY, TOKEN])(text)));
    texts += posted.length;
    return posted.flatMap((one) => findFaults(one, forbidden)).map((fault) => `${name}: ${fault}`);
  });
  return [
    atLeast('payloads in every field', PAYLOADS.length, 50),
    atLeast('texts composed of them', texts, PAYLOADS.length * 10),
    noneOf('of them with what must not be posted', faults),
  ];
}

function composeResult(text: string): ReviewResult {
  const said = { title: text, explanation: text, scenario: text, quote: text };
  const prose: ResultFinding['suggestion'] = { kind: 'prose', code: text, reason: text };
  const earlier = { fingerprint: '0123456789abcdef', path: text, severity: 'major' as const, title: text };
  return reviewResult({
    state: 'partial',
    findings: [
      onLine(1, { ...said, suggestion: prose }),
      onLine(2, { ...said, severity: 'minor', verified: false, suggestion: prose }),
      resultFinding({ ...said, id: 'F3', path: text }),
      resultFinding({ ...said, id: 'F4', path: text, placement: { kind: 'body' }, severity: 'minor' }),
    ],
    files: [
      { path: text, state: 'failed', reason: text },
      { path: text, state: 'skipped', reason: 'vendored' },
    ],
    notes: [text],
    unverified_because: [text],
    fixed: [earlier],
    open: [earlier],
  });
}

function listPosted(result: ReviewResult): Posted[] {
  const url = `${HOME}/octo/shop/pull/7`;
  const { body, comments } = composeReview(result, '');
  const { title, annotations } = concludeReview(result, url, 'none');
  return [
    { what: 'review', text: body, kind: 'markdown' },
    ...comments.map((comment): Posted => ({ what: 'comment', text: comment.body, kind: 'markdown' })),
    { what: 'title of the check run', text: title, kind: 'plain' },
    ...annotations.flatMap(({ title, message }): Posted[] => [
      { what: 'title of an annotation', text: title, kind: 'plain' },
      { what: 'annotation', text: message, kind: 'plain' },
    ]),
    ...composeWritten({ kind: 'partial', result, review: { id: 1, url } }),
  ];
}
