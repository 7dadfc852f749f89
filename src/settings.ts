// `.github/nectr.yml` of the base commit → Settings. A mistake is told with its line and what is allowed, and the review goes
// on with the defaults: a typing error must not turn the reviewer off.
import { isAlias, LineCounter, parseDocument, visit } from 'yaml';
import * as z from 'zod';
import { SEVERITIES } from './findings/finding.ts';

export const SETTINGS_PATH = '.github/nectr.yml';

const globs = z.array(z.string().min(1)).max(200).readonly();

export const settingsSchema = z
  .strictObject({
    ignore: globs.default([]).describe('Globs of files that are not reviewed, such as `docs/**`.'),
    instructions: z
      .array(
        z
          .strictObject({
            paths: globs.default([]).describe('Only for changes in these globs; empty for every change.'),
            text: z.string().min(1).max(4_000).describe('What the reviewer has to know or to look for.'),
          })
          .readonly(),
      )
      .max(50)
      .readonly()
      .default([])
      .describe('What the reviewer has to know, for every change or for those of some paths.'),
    minimum_severity: z
      .enum(SEVERITIES.slice(0, 3) as ['critical', 'major', 'minor'])
      .default('major')
      .describe(
        'Problems below this are folded into the text of the review, without a comment on their line.',
      ),
    max_comments: z
      .int()
      .min(0)
      .max(50)
      .default(20)
      .describe('Comments on lines at most, the worst first; the rest is folded into the text.'),
    language: z.string().min(2).max(40).default('English').describe('Language of the review.'),
    request_changes: z
      .enum(['never', 'critical', 'major'])
      .default('never')
      .describe(
        'From which severity on the review requests changes. It does so until a person dismisses it: Nectr approves nothing.',
      ),
    skip: z
      .strictObject({
        drafts: z.boolean().default(false).describe('Leave drafts alone.'),
        bots: z.boolean().default(false).describe('Leave pull requests of bots alone.'),
        labels: z
          .array(z.string())
          .max(50)
          .readonly()
          .default([])
          .describe('Leave pull requests with one of these labels alone.'),
        titles: z
          .array(z.string().min(1))
          .max(50)
          .readonly()
          .default([])
          .describe('Leave pull requests alone whose title holds one of these words.'),
      })
      .readonly()
      .default({ drafts: false, bots: false, labels: [], titles: [] })
      .describe('Which pull requests are not reviewed.'),
    rules: z
      .array(z.string().min(1).max(100))
      .max(10)
      .readonly()
      .default(['AGENTS.md', 'CLAUDE.md', 'REVIEW.md'])
      .describe('Names of files with the rules of a folder; the nearest to a change counts most.'),
  })
  .readonly();

export type Settings = z.infer<typeof settingsSchema>;

export interface SettingsProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

export interface ReadSettings {
  readonly settings: Settings;
  readonly problems: readonly SettingsProblem[];
}

export const DEFAULT_SETTINGS: Settings = settingsSchema.parse({});

/** `text` undefined: there is no such file. */
export function parseSettings(text: string | undefined): ReadSettings {
  if (text === undefined) return { settings: DEFAULT_SETTINGS, problems: [] };
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  const broken = document.errors.map(({ message, pos }) => ({
    line: counter.linePos(pos[0]).line,
    message: message.split('\n')[0] ?? message,
  }));
  broken.push(...findUnquoted(document, counter));
  if (broken.length > 0) return { settings: DEFAULT_SETTINGS, problems: broken };
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (error) {
    // The library refuses anchors that multiply, at a hundred aliases.
    const message = error instanceof Error ? error.message : String(error);
    return { settings: DEFAULT_SETTINGS, problems: [{ line: 1, message }] };
  }
  const parsed = settingsSchema.safeParse(value);
  if (parsed.success) return { settings: parsed.data, problems: [] };
  const problems = parsed.error.issues.map((issue) => ({
    line: findLine(
      document,
      counter,
      issue.path,
      issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined,
    ),
    message: explain(issue),
  }));
  return { settings: DEFAULT_SETTINGS, problems };
}

/** What stands in the place of the settings is not a file of text: then the defaults are used, and that is told. */
export function refuseSettings(kind: string): ReadSettings {
  const message = `it is no text file in UTF-8 (${kind.replace('_', ' ')})`;
  return { settings: DEFAULT_SETTINGS, problems: [{ line: 1, message }] };
}

function explain(issue: z.core.$ZodIssue): string {
  const name = issue.path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
  if (issue.code !== 'unrecognized_keys')
    return name === '' ? issue.message : `\`${name}\`: ${issue.message}`;
  const allowed =
    issue.path[0] === 'skip'
      ? ['drafts', 'bots', 'labels', 'titles']
      : issue.path[0] === 'instructions'
        ? ['paths', 'text']
        : Object.keys(DEFAULT_SETTINGS);
  return `there is no setting \`${issue.keys.join('`, `')}\`; allowed are ${allowed.join(', ')}`;
}

type YamlDocument = ReturnType<typeof parseDocument>;

/** To YAML a glob such as `*.md` is an alias of an anchor that nobody has set. */
function findUnquoted(document: YamlDocument, counter: LineCounter): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  visit(document, (_, node) => {
    if (!isAlias(node) || node.resolve(document) !== undefined) return;
    const { line } = counter.linePos(node.range?.[0] ?? 0);
    problems.push({ line, message: `a value that begins with \`*\` needs quotes: "*${node.source}"` });
  });
  return problems;
}

/** Line of the value, or of what stands around it when the value is missing. */
function findLine(
  document: YamlDocument,
  counter: LineCounter,
  path: readonly PropertyKey[],
  key: string | undefined,
): number {
  if (key !== undefined) {
    const around = (path.length === 0 ? document.contents : document.getIn(path, true)) as
      { items?: readonly { key?: { value?: unknown; range?: readonly number[] } }[] } | undefined;
    const offset = around?.items?.find((pair) => pair.key?.value === key)?.key?.range?.[0];
    if (offset !== undefined) return counter.linePos(offset).line;
  }
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    const offset = node?.range?.[0];
    if (offset !== undefined) return counter.linePos(offset).line;
  }
  return 1;
}
