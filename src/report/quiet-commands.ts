// Text that others have a part in → the same to the eye, in which the runner finds no command when it is written to the log.
import { WORD_JOINER } from './break-references.ts';

/** What .NET trims from the beginning of a line: U+0085 is no white space to JavaScript. */
const AT_BEGINNING = /^((?:[^\S\r\n]|\u0085)*)::/gm;

/**
 * The runner takes `::name::` for a command at the beginning of a line, and `##[name]` anywhere in it (`TryParseV2` and `TryParse`
 * in actions/runner, ActionCommand.cs). A line that itself begins with a command, such as the `::error::` of @actions/core, is
 * read as that one, whatever stands behind.
 */
export function quietCommands(text: string): string {
  return text.replaceAll(AT_BEGINNING, `$1${WORD_JOINER}::`).replaceAll('##[', `#${WORD_JOINER}#[`);
}
