// Every kind of changed file that git knows, in one pull request: each comment must land where its quote is.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { composeVerdicts, readAskedFindings } from '../../simulator/claude/scripted-sceptic.ts';
import { finding, findings, openStage, outputsOf, REPOSITORY, type Stage } from './stage.ts';

const LONG = Array.from({ length: 40 }, (_, at) => `line ${at + 1}`);
const withLine = (at: number, text: string): string =>
  [...LONG.slice(0, at - 1), text, ...LONG.slice(at), ''].join('\n');

const BASE = {
  'old-name.txt': withLine(40, 'last'),
  'deleted.txt': 'first\nsecond\nthird\n',
  'image.bin': Buffer.from([0, 1, 2, 3, 255]),
  'script.sh': '#!/bin/sh\necho hello\n',
  'windows.txt': 'one\r\ntwo\r\nthree\r\n',
  'no-newline.txt': 'a\nb',
  'one-line.txt': 'before\n',
  'spaced name é.txt': 'x\ny\n',
  'twice.txt': withLine(1, 'start'),
};

const CHANGE = {
  'old-name.txt': null,
  'new-name.txt': withLine(20, 'renamed and changed'),
  'deleted.txt': null,
  'image.bin': Buffer.from([0, 9, 9, 9, 255]),
  'script.sh': '#!/bin/sh\necho hello\n',
  'windows.txt': 'one\r\nchanged\r\nthree\r\n',
  'no-newline.txt': 'a\nc',
  'one-line.txt': 'after\n',
  'spaced name é.txt': 'x\nz\n',
  // The same text in two hunks: the claimed line decides which is meant.
  'twice.txt': ['start', ...LONG.slice(1, 4), 'same', ...LONG.slice(5, 29), 'same', ...LONG.slice(30), ''].join('\n'),
};

const SAID = [
  finding('new-name.txt', 20, 'renamed and changed'),
  finding('deleted.txt', 2, 'second', { side: 'LEFT' }),
  finding('windows.txt', 2, 'changed'),
  finding('no-newline.txt', 2, 'c'),
  finding('one-line.txt', 1, 'after'),
  finding('spaced name é.txt', 2, 'z'),
  finding('twice.txt', 31, 'same'),
  finding('old-name.txt', 5, 'line 5'),
  finding('image.bin', 1, 'bytes'),
  finding('one-line.txt', 1, 'text that stands nowhere'),
];

describe('a pull request with every kind of change', () => {
  let stage: Stage;
  let outputs: Readonly<Record<string, string>>;

  beforeAll(async () => {
    const modes = { 'script.sh': '100755' } as const;
    // What cannot be placed is quoted from nowhere: the sceptic finds its evidence elsewhere.
    const evidence = [{ path: 'new-name.txt', quote: 'renamed and changed' }];
    stage = await openStage({
      base: BASE,
      change: CHANGE,
      modes,
      script: () => findings(...SAID),
      sceptic: (request) => composeVerdicts(readAskedFindings(request), () => ({ evidence })),
    });
    outputs = outputsOf(await stage.dispatch());
  });
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  const commentOn = (path: string) =>
    stage.github.reviewComments(REPOSITORY, 1).filter((comment) => comment.path === path);

  test('is reviewed, and GitHub refuses nothing of it', () => {
    expect(outputs).toMatchObject({ status: 'reviewed', findings: String(SAID.length) });
    expect([...stage.github.violations, ...stage.claude.violations]).toEqual([]);
  });

  test.each([
    ['new-name.txt', 'RIGHT', 20, '+renamed and changed'],
    ['deleted.txt', 'LEFT', 2, '-second'],
    ['windows.txt', 'RIGHT', 2, '+changed\r'],
    ['no-newline.txt', 'RIGHT', 2, '+c'],
    ['one-line.txt', 'RIGHT', 1, '+after'],
    ['spaced name é.txt', 'RIGHT', 2, '+z'],
    ['twice.txt', 'RIGHT', 30, '+same'],
  ])('%s: the comment stands on %s line %i, where the quote is', (path, side, line, row) => {
    const [comment, ...others] = commentOn(path);
    expect(others).toEqual([]);
    expect(comment).toMatchObject({ side, line });
    expect(comment?.diffHunk.split('\n').at(-1)).toBe(row);
  });

  test.each(['old-name.txt', 'image.bin'])('%s has no line to stand on: told in the body', (path) => {
    expect(commentOn(path)).toEqual([]);
    expect(stage.github.reviews(REPOSITORY, 1)[0]?.body).toContain(path);
  });

  test('a quote that is in no file is told in the body, and not on some line', () => {
    expect(stage.github.reviews(REPOSITORY, 1)[0]?.body).toContain('text that stands nowhere');
  });

  test('binary and mode-only files are listed as not reviewed', () => {
    const { body } = stage.github.reviews(REPOSITORY, 1)[0] ?? { body: '' };
    expect(body).toMatch(/image\.bin`?: binary/);
    expect(body).toMatch(/script\.sh`?: no change of text/);
  });
});
