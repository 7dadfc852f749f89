import { describe, expect, it } from '@jest/globals';
import { DEFAULT_SETTINGS, parseSettings, refuseSettings } from '../../src/settings.ts';

const ten = (of: string) => `[${Array.from({ length: 10 }, () => of).join()}]`;

describe('parseSettings', () => {
  it('has defaults for everything, also without a file and for an empty one', () => {
    expect(parseSettings(undefined)).toEqual({ settings: DEFAULT_SETTINGS, problems: [] });
    expect(parseSettings('# nothing\n')).toEqual({ settings: DEFAULT_SETTINGS, problems: [] });
    expect(DEFAULT_SETTINGS).toMatchObject({
      minimum_severity: 'major',
      max_comments: 20,
      request_changes: 'never',
    });
  });

  it('reads what a team tunes', () => {
    const { settings, problems } = parseSettings(
      'ignore: ["docs/**"]\nminimum_severity: minor\nskip: { drafts: true }\ninstructions:\n  - text: Watch money.\n    paths: [src/pay/**]\n',
    );
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({
      ignore: ['docs/**'],
      minimum_severity: 'minor',
      skip: { drafts: true, bots: false },
      instructions: [{ text: 'Watch money.', paths: ['src/pay/**'] }],
    });
  });

  it.each([
    ['language: English\nminimum_severity: huge\n', 2, /minimum_severity.*"critical"\|"major"\|"minor"/],
    ['\n\nmax_coments: 5\n', 3, /no setting `max_coments`; allowed are .*max_comments/],
    ['max_comments: many\n', 1, /max_comments.*expected number/],
    ['skip:\n  drafs: true\n', 2, /no setting `drafs`; allowed are drafts, bots, labels, titles/],
    ['instructions:\n  - text: ok\n  - paths: [a]\n', 3, /instructions\[1\]\.text/],
    ['ignore: [a\nlanguage: x\n', 2, /./],
    ['- a list\n', 1, /expected object/],
    ['language: Dutch\nignore:\n  - *.lock\n', 3, /begins with `\*` needs quotes: "\*\.lock"/],
  ])(
    '%j: a mistake is told with its line and what is allowed, and the defaults are used',
    (text, line, message) => {
      const { settings, problems } = parseSettings(text);
      expect(settings).toEqual(DEFAULT_SETTINGS);
      expect(problems[0]).toEqual({ line, message: expect.stringMatching(message) });
    },
  );

  it('that are no text, such as UTF-16, are told and not passed over', () => {
    const problems = [{ line: 1, message: 'it is no text file in UTF-8 (binary)' }];
    expect(refuseSettings('binary')).toEqual({ settings: DEFAULT_SETTINGS, problems });
  });

  it('whose anchors multiply are a mistake like any other', () => {
    const text = `a: &a ${ten('x')}\nb: &b ${ten('*a')}\nc: &c ${ten('*b')}\nd: ${ten('*c')}\n`;
    expect(parseSettings(text)).toEqual({
      settings: DEFAULT_SETTINGS,
      problems: [{ line: 1, message: expect.stringContaining('alias') }],
    });
  });
});
