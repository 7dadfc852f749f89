import { describe, expect, it } from '@jest/globals';
import type { PlacedFinding } from '../../../src/findings/place-findings.ts';
import {
  composeReview,
  composeReviewWithoutComments,
  MAX_BODY_CHARACTERS,
  MAX_COMMENTS,
  type Reviewed,
} from '../../../src/report/compose-review.ts';
import { composeMarker, readMarker, type Marker } from '../../../src/report/marker.ts';
import { someFinding } from '../../changed-file.ts';

const MARKER: Marker = { headSha: 'a'.repeat(40), run: '12.1', state: 'complete' };
const reviewed = (more: Partial<Reviewed> = {}): Reviewed => ({
  marker: MARKER,
  filesReviewed: 1,
  skipped: [],
  failed: [],
  placed: [],
  ...more,
});
const onLine = (line: number, more = {}): PlacedFinding => ({
  finding: someFinding({ line, ...more }),
  placement: { kind: 'line', path: 'a.ts', side: 'RIGHT', startLine: line, line },
});
const inFile = (more = {}): PlacedFinding => ({
  finding: someFinding(more),
  placement: { kind: 'file', path: 'a.ts' },
});

describe('composeReview', () => {
  it('counts every finding once, on a line or in the body', () => {
    const { counts, comments } = composeReview(reviewed({ placed: [onLine(1), onLine(2), inFile()] }));
    expect(counts).toEqual({ inline: 2, body: 1 });
    expect(comments).toHaveLength(2);
  });

  it(`posts at most ${MAX_COMMENTS} comments and tells the rest in the body`, () => {
    const placed = Array.from({ length: 50 }, (_, at) => onLine(at + 1, { title: `Problem ${at + 1}.` }));
    const { counts, body } = composeReview(reviewed({ placed }));
    expect(counts).toEqual({ inline: MAX_COMMENTS, body: 50 - MAX_COMMENTS });
    expect(body).toContain('Problem 50.');
  });

  it('stays within its limit, keeps whole findings and says how many are missing', () => {
    const placed = Array.from({ length: 100 }, () => inFile({ quote: 'x'.repeat(2_000) }));
    const { body } = composeReview(reviewed({ placed }));
    expect(body.length).toBeLessThanOrEqual(MAX_BODY_CHARACTERS);
    expect(body.match(/```/g)?.length).toBe((body.match(/x{2000}/g)?.length ?? 0) * 2);
    expect(body).toMatch(/_\d+ more did not fit here/);
    expect(readMarker(body)).toEqual(MARKER);
  });

  it('fits whatever the pull request calls its files, and however many there are', () => {
    const files = Array.from({ length: 300 }, (_, at) => `${'long/'.repeat(400)}${at}`);
    const { body } = composeReview(
      reviewed({
        skipped: files.map((name) => ({ path: `${name}/package-lock.json`, reason: 'lock_file' })),
        failed: files.map((name) => ({ path: name, reason: 'it was cut off' })),
        placed: files.slice(0, 40).map((name) => inFile({ path: name })),
      }),
    );
    expect(body.length).toBeLessThanOrEqual(MAX_BODY_CHARACTERS);
    expect(readMarker(body)).toEqual(MARKER);
    expect(body).toMatch(/and \d+ more/);
  });

  it('tells small findings also when one before them is too large', () => {
    const huge = inFile({ quote: 'q'.repeat(90_000), explanation: 'e'.repeat(90_000), title: 'Huge.' });
    const { body } = composeReview(reviewed({ placed: [huge, inFile({ title: 'Small.' })] }));
    expect(body).toContain('#### 🟠 Major · Small.');
  });

  it('says which files could not be read, and that the review is partial', () => {
    const { body } = composeReview(reviewed({ failed: [{ path: 'b.ts', reason: 'it was cut off' }] }));
    expect(body).toContain('This review is partial');
    expect(body).toContain('`b.ts`: it was cut off');
  });

  it('without comments tells the same findings', () => {
    const { comments, counts, body } = composeReviewWithoutComments(reviewed({ placed: [onLine(3)] }));
    expect(comments).toEqual([]);
    expect(counts).toEqual({ inline: 0, body: 1 });
    expect(body).toContain('`a.ts` line 3');
  });

  it('notifies nobody and holds no HTML of the model', () => {
    const title = '@octo/team closes #12 <img src=x onerror=1> <!-- hidden -->';
    const { comments } = composeReview(reviewed({ placed: [onLine(1, { title })] }));
    expect(comments[0]?.body).not.toMatch(/@octo|#12|<img|<!--/);
  });
});

describe('readMarker', () => {
  it.each([MARKER, { ...MARKER, state: 'partial' } as const])(
    'reads back what a review ends with: %j',
    (marker) => {
      expect(readMarker(composeReview(reviewed({ marker })).body)).toEqual(marker);
      expect(readMarker(`text\r\n${composeMarker(marker)}\r\n`)).toEqual(marker);
    },
  );

  it('ignores a marker that a quoted line of the pull request holds', () => {
    const quote = composeMarker({ ...MARKER, headSha: 'b'.repeat(40) });
    const { body } = composeReview(reviewed({ placed: [inFile({ quote })] }));
    expect(body).toContain(quote);
    expect(readMarker(body)).toEqual(MARKER);
  });
});
