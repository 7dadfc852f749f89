// The outcome → what its reader has to know beside the findings: what was not read, what is fixed, what was skipped.
import { cleanInline, codeSpan, shorten } from './clean-text.ts';
import { unreadFiles, type EarlierFinding, type FileState, type ReviewResult } from './result.ts';
import { SKIP_WORDS } from './skip-words.ts';

const MAX_PATH_CHARACTERS = 200;
/** Of each list: with all of them and the headline, more than half of the body is left for findings. */
const MAX_LIST_CHARACTERS = 6_000;
const MAX_NOTES = 10;

/** `first` stands below the headline, since it changes what the headline means; `last` is folded at the end. */
export function composeNotes(result: ReviewResult, where: 'first' | 'last'): string[] {
  return where === 'first'
    ? [
        ...composeUnread(result),
        ...composeUnverified(result),
        ...composeEarlier(result),
        ...composeTold(result),
      ]
    : composeSkipped(result);
}

function composeUnread(result: ReviewResult): string[] {
  const unread = unreadFiles(result);
  if (unread.length === 0) return [];
  const list = listUpTo(unread.map((file) => `- ${pathSpan(file.path)}: ${explainState(file)}`));
  const files = unread.length === 1 ? 'One file was' : `${unread.length} files were`;
  return [`⚠️ **This review is partial.** ${files} not reviewed:\n\n${list}`];
}

function composeUnverified({ unverified_because: reasons, findings }: ReviewResult): string[] {
  const count = findings.filter(({ verified }) => !verified).length;
  if (reasons.length === 0 || count === 0) return [];
  const told = reasons.map((reason) => cleanInline(reason)).join('; ');
  const what = count === 1 ? 'One problem has' : `${count} problems have`;
  return [`⚠️ ${what} not had a second look: ${told}.`];
}

function composeEarlier({ fixed, open }: ReviewResult): string[] {
  return [
    ...listEarlier('**Fixed since the last review:**', '✅', fixed),
    ...listEarlier('**Still open from earlier reviews:**', '⏳', open),
  ];
}

function listEarlier(heading: string, sign: string, earlier: readonly EarlierFinding[]): string[] {
  if (earlier.length === 0) return [];
  const lines = earlier.map(({ title, path }) => `- ${sign} ${cleanInline(title)} — ${pathSpan(path)}`);
  return [`${heading}\n\n${listUpTo(lines)}`];
}

function composeTold({ notes }: ReviewResult): string[] {
  return notes.slice(0, MAX_NOTES).map((note) => `ℹ️ ${cleanInline(shorten(note, 1_000))}`);
}

export function explainState(file: FileState): string {
  switch (file.state) {
    case 'reviewed':
      return 'reviewed';
    case 'unchanged':
      return 'unchanged since the last review';
    case 'over_budget':
      return 'the budget was used up before it';
    case 'skipped':
      return SKIP_WORDS[file.reason];
    case 'failed':
      return cleanInline(file.reason);
  }
}

function composeSkipped({ files }: ReviewResult): string[] {
  const skipped = files.filter(({ state }) => state === 'skipped');
  if (skipped.length === 0) return [];
  const list = listUpTo(skipped.map((file) => `- ${pathSpan(file.path)}: ${explainState(file)}`));
  const summary = skipped.length === 1 ? '1 file was' : `${skipped.length} files were`;
  return [`<details><summary>${summary} not reviewed, by rule</summary>\n\n${list}\n\n</details>`];
}

function pathSpan(path: string): string {
  return codeSpan(shorten(path, MAX_PATH_CHARACTERS));
}

function listUpTo(lines: readonly string[]): string {
  let used = 0;
  const kept = lines.filter((line) => {
    used += line.length + 1;
    return used <= MAX_LIST_CHARACTERS;
  });
  const left = lines.length - kept.length;
  return [...kept, ...(left > 0 ? [`- and ${left} more`] : [])].join('\n');
}
