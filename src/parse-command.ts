// A comment → the command in it. A command is the whole first line, so that nobody commands by quoting one.

export type Command = 'review' | 'review full' | 'dismiss' | 'help';

export type ParsedCommand =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'unknown'; readonly given: string }
  | { readonly kind: 'none' };

const COMMANDS: readonly Command[] = ['review', 'review full', 'dismiss', 'help'];

export function parseCommand(comment: string): ParsedCommand {
  const [first = ''] = comment.trim().split(/\r?\n/);
  const match = /^\/nectr(?:\s+(.*))?$/i.exec(first.trim());
  if (!match) return { kind: 'none' };
  const words = (match[1] ?? 'help').trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const command = COMMANDS.find((name) => name === words);
  return command === undefined
    ? { kind: 'unknown', given: words.slice(0, 50) }
    : { kind: 'command', command };
}

export const HELP = `**Nectr** reviews this pull request. Who has write access can say, as the first line of a comment:

| command | does |
| --- | --- |
| \`/nectr review\` | reviews what has changed since the last review |
| \`/nectr review full\` | reviews everything again |
| \`/nectr dismiss\` | as a reply to one of its comments: it is not told again (not in pull requests of forks) |
| \`/nectr help\` | shows this |

Resolving a thread or a 👎 on its comment dismisses as well.`;
