import { describe, expect, it } from '@jest/globals';
import { readCommentMarker } from '../../../src/report/comment-marker.ts';
import { composeReview, MAX_BODY_CHARACTERS } from '../../../src/report/compose-review.ts';
import { composeMarker, readMarker, type Marker } from '../../../src/report/marker.ts';
import { onLine, resultFinding, reviewResult } from '../../review-result.ts';

const MARKER: Marker = { headSha: 'a'.repeat(40), run: '12.1', state: 'complete' };

describe('composeReview', () => {
  it('tells every finding once: on its line, at its file or in the text', () => {
    const findings = [
      onLine(1),
      onLine(2),
      resultFinding({ id: 'F3' }),
      resultFinding({ id: 'F4', placement: { kind: 'body' } }),
    ];
    const { counts, comments } = composeReview(reviewResult({ findings }), '');
    expect(counts).toEqual({ inline: 2, file: 1, body: 1 });
    expect(comments).toHaveLength(2);
  });

  it('posts as many comments as the settings allow and tells the rest in the body', () => {
    const findings = Array.from({ length: 50 }, (_, at) => onLine(at + 1, { title: `Problem ${at + 1}.` }));
    const { counts, body } = composeReview(reviewResult({ findings, max_comments: 30 }), '');
    expect(counts).toEqual({ inline: 30, file: 0, body: 20 });
    expect(body).toContain('Problem 50.');
  });

  it('folds what is below the minimum severity, and leaves what is above it open', () => {
    const findings = [onLine(1, { title: 'Heavy.' }), onLine(2, { severity: 'minor', title: 'Light.' })];
    const { comments, body } = composeReview(reviewResult({ findings }), '');
    expect(comments.map(({ line }) => line)).toEqual([1]);
    expect(body).toMatch(/<details><summary>One smaller problem<\/summary>[\s\S]*Light\.[\s\S]*<\/details>/);
  });

  it('tells in the body what GitHub does not take on its line', () => {
    const findings = [onLine(1), onLine(2, { title: 'Refused.' })];
    const { comments, body, counts } = composeReview(reviewResult({ findings }), '', new Set(['F2']));
    expect(comments.map(({ id }) => id)).toEqual(['F1']);
    expect(body).toContain('Refused.');
    expect(counts).toEqual({ inline: 1, file: 0, body: 1 });
  });

  it('stays within its limit, keeps whole findings and says how many are missing', () => {
    const findings = Array.from({ length: 100 }, (_, at) =>
      resultFinding({ id: `F${at}`, quote: 'x'.repeat(2_000) }),
    );
    const { body } = composeReview(reviewResult({ findings }), '');
    expect(body.length).toBeLessThanOrEqual(MAX_BODY_CHARACTERS);
    expect(body.match(/```/g)?.length).toBe((body.match(/x{2000}/g)?.length ?? 0) * 2);
    expect(body).toMatch(/_\d+ more did not fit here/);
    expect(readMarker(body)).toEqual(MARKER);
  });

  it('fits whatever the pull request calls its files, and however many there are', () => {
    const names = Array.from({ length: 300 }, (_, at) => `${'long/'.repeat(400)}${at}`);
    const { body } = composeReview(
      reviewResult({
        state: 'partial',
        files: [
          ...names.map((path) => ({ path, state: 'skipped', reason: 'lock_file' }) as const),
          ...names.map((path) => ({ path, state: 'failed', reason: 'it was cut off' }) as const),
        ],
        findings: names.slice(0, 40).map((path, at) => resultFinding({ id: `F${at}`, path })),
        open: names.map((path) => ({ path, fingerprint: 'f', severity: 'major', title: 'Open' }) as const),
      }),
      'x'.repeat(12_000),
    );
    expect(body.length).toBeLessThanOrEqual(MAX_BODY_CHARACTERS);
    expect(readMarker(body)).toEqual({ ...MARKER, state: 'partial' });
    expect(body).toMatch(/and \d+ more/);
  });

  it('tells small findings also when one before them is too large', () => {
    const huge = resultFinding({
      quote: 'q'.repeat(90_000),
      explanation: '`'.repeat(90_000),
      title: 'Huge.',
    });
    const findings = [
      ...Array.from({ length: 20 }, (_, at) => ({ ...huge, id: `H${at}` })),
      resultFinding({ id: 'F2', title: 'Small.' }),
    ];
    expect(composeReview(reviewResult({ findings }), '').body).toContain('#### 🟠 Major · Small.');
  });

  it('says which files could not be read, and that the review is partial', () => {
    const files = [
      { path: 'b.ts', state: 'failed', reason: 'it was cut off' },
      { path: 'c.ts', state: 'over_budget' },
    ] as const;
    const { body } = composeReview(reviewResult({ state: 'partial', files }), '');
    expect(body).toContain('This review is partial');
    expect(body).toContain('`b.ts`: it was cut off');
    expect(body).toContain('`c.ts`: the budget was used up');
  });

  it('says what is fixed, what is still open and what the reader has to know', () => {
    const earlier = { fingerprint: 'f', path: 'a.ts', severity: 'major' } as const;
    const { body } = composeReview(
      reviewResult({
        fixed: [{ ...earlier, title: 'Gone' }],
        open: [{ ...earlier, title: 'Left' }],
        notes: ['.github/nectr.yml, line 2: wrong'],
        since: 'c'.repeat(40),
      }),
      '',
    );
    expect(body).toContain('✅ Gone');
    expect(body).toContain('⏳ Left');
    expect(body).toContain('ℹ️ .github/nectr.yml, line 2: wrong');
    expect(body).toContain('since `ccccccc`');
  });

  it('marks a finding that had no second look', () => {
    const result = reviewResult({
      findings: [onLine(1, { verified: false })],
      unverified_because: ['it was cut off'],
    });
    const { comments, body } = composeReview(result, '');
    expect(comments[0]?.body).toContain('Not confirmed');
    expect(body).toContain('One problem has not had a second look: it was cut off.');
  });

  it('offers a suggestion in a fence longer than any inside it, and one that failed its checks as prose', () => {
    const code = '```js\nx();\n```';
    const [good] = composeReview(
      reviewResult({ findings: [onLine(1, { suggestion: { kind: 'applies', code } })] }),
      '',
    ).comments;
    expect(good?.body).toContain('````suggestion\n```js\nx();\n```\n````');
    const prose = { kind: 'prose', code: 'x();', reason: 'it changes nothing' } as const;
    const [bad] = composeReview(reviewResult({ findings: [onLine(1, { suggestion: prose })] }), '').comments;
    expect(bad?.body).not.toContain('suggestion\n');
    expect(bad?.body).toContain('it changes nothing');
  });

  it('ends each comment with the mark of its finding', () => {
    const [comment] = composeReview(reviewResult({ findings: [onLine(1)] }), '').comments;
    expect(readCommentMarker(comment?.body ?? '')).toBe('0123456789abcdef');
    expect(readCommentMarker('<!-- nectr:finding 0123456789abcdef -->\nand more')).toBeUndefined();
  });

  it('never approves, and requests changes only when the verdict says so', () => {
    expect(composeReview(reviewResult(), '').event).toBe('COMMENT');
    expect(composeReview(reviewResult({ verdict: 'REQUEST_CHANGES' }), '').event).toBe('REQUEST_CHANGES');
  });

  it('notifies nobody and holds no HTML of the model', () => {
    const title = '@octo/team closes #12 <img src=x onerror=1> <!-- hidden -->';
    const { comments } = composeReview(reviewResult({ findings: [onLine(1, { title })] }), '');
    expect(comments[0]?.body).not.toMatch(/@octo|#12|<img|<!-- hidden/);
  });
});

describe('a review without findings', () => {
  const open = [{ fingerprint: 'f', path: 'a.ts', severity: 'major', title: 'Old' } as const];

  it.each([
    [{}, /^### ✅ Nectr found no problems\n/],
    [{ state: 'partial' } as const, /^### ⚠️ Nectr found no problems in what it could read\n/],
    [{ open }, /^### Nectr found no new problems\n/],
  ])('%j begins with what that means', (more, headline) => {
    expect(composeReview(reviewResult(more), '').body).toMatch(headline);
  });
});

describe('readMarker', () => {
  it.each([MARKER, { ...MARKER, state: 'partial' } as const])(
    'reads back what a review ends with: %j',
    (marker) => {
      expect(readMarker(composeReview(reviewResult({ state: marker.state }), '').body)).toEqual(marker);
      expect(readMarker(`text\r\n${composeMarker(marker)}\r\n`)).toEqual(marker);
    },
  );

  it('ignores a marker that a quoted line of the pull request holds', () => {
    const quote = composeMarker({ ...MARKER, headSha: 'b'.repeat(40) });
    const { body } = composeReview(reviewResult({ findings: [resultFinding({ quote })] }), '');
    expect(body).toContain(quote);
    expect(readMarker(body)).toEqual(MARKER);
  });
});
