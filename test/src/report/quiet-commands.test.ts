import { describe, expect, it } from '@jest/globals';
import { quietCommands } from '../../../src/report/quiet-commands.ts';

describe('quietCommands', () => {
  it.each([
    ['at the beginning', '::add-mask::a', '\u2060::add-mask::a'],
    ['of a later line', 'a\n::error::b\r::error::c', 'a\n\u2060::error::b\r\u2060::error::c'],
    ['behind white space', ' \t\u00A0::error::a', ' \t\u00A0\u2060::error::a'],
    ['behind what only the runner takes for white space', '\u0085::error::a', '\u0085\u2060::error::a'],
    ['behind empty lines', '\n\n ::error::a', '\n\n \u2060::error::a'],
    ['of the old form', '##[error]a', '#\u2060#[error]a'],
    ['of the old form, inside a line', 'src/##[add-mask]a.ts: x', 'src/#\u2060#[add-mask]a.ts: x'],
    ['of the old form, behind more signs', 'a ####[group]', 'a ###\u2060#[group]'],
    ['of the old form, more than once', '##[a]##[b]', '#\u2060#[a]#\u2060#[b]'],
  ])('breaks a command %s', (_, text, quiet) => {
    expect(quietCommands(text)).toBe(quiet);
  });

  it('leaves alone what is no command', () => {
    const text = 'std::vector, a ::b\n## [x] # #[derive(Debug)]\n\n#[cfg(test)]';
    expect(quietCommands(text)).toBe(text);
  });
});
