// Writes the parts of README.md that have their source elsewhere: the workflow, the inputs and outputs of action.yml,
// the settings, the environment of the forwarder. A test holds README.md against what this composes.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { parse } from 'yaml';
import { ENVIRONMENT } from '../forwarder/config/environment.ts';

interface ActionMetadata {
  readonly inputs: Readonly<Record<string, { description: string; required?: boolean; default?: string }>>;
  readonly outputs: Readonly<Record<string, { description: string }>>;
}

/** README.md with every generated part as its source has it now. */
export async function composeReadme(readme: string): Promise<string> {
  const action = parse(readFileSync('action.yml', 'utf8')) as ActionMetadata;
  const settings = JSON.parse(readFileSync('docs/schemas/nectr.schema.json', 'utf8')) as SettingsSchema;
  const parts: Readonly<Record<string, string>> = {
    'docs/samples/nectr.yml': `\`\`\`yaml\n${readFileSync('docs/samples/nectr.yml', 'utf8')}\`\`\``,
    inputs: table(
      ['input', 'default', 'meaning'],
      Object.entries(action.inputs).map(([name, input]) => [
        code(name),
        input.required === true ? '— (required)' : code(input.default ?? ''),
        input.description,
      ]),
    ),
    outputs: table(
      ['output', 'meaning'],
      Object.entries(action.outputs).map(([name, output]) => [code(name), output.description]),
    ),
    settings: table(['setting', 'default', 'meaning'], listSettings('', settings)),
    environment: table(
      ['variable', 'default', 'meaning'],
      ENVIRONMENT.map(({ name, default: value, meaning }) => [
        code(name),
        value === '—' ? value : code(value),
        meaning,
      ]),
    ),
  };
  const filled = Object.entries(parts).reduce((text, [name, part]) => fill(text, name, part), readme);
  return format(filled, { ...(await resolveConfig('README.md')), parser: 'markdown' });
}

interface SettingsSchema {
  readonly properties?: Readonly<Record<string, SettingsSchema>>;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
}

/** A setting with settings of its own is shown as those. */
function listSettings(prefix: string, { properties = {} }: SettingsSchema): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (schema.properties) return listSettings(`${prefix}${name}.`, schema);
    const allowed = schema.enum ? ` One of ${schema.enum.map((value) => `\`${value}\``).join(', ')}.` : '';
    return [[code(`${prefix}${name}`), code(showDefault(schema.default)), `${schema.description}${allowed}`]];
  });
}

/** As it would be written in the file; an empty list is no setting at all. */
function showDefault(value: unknown): string {
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What stands between `<!-- name -->` and the next blank line before a paragraph or heading is replaced. */
function fill(readme: string, name: string, part: string): string {
  const mark = `<!-- ${name} -->`;
  const start = readme.indexOf(mark);
  if (start < 0) throw new Error(`README.md has no ${mark}`);
  const rest = readme.slice(start + mark.length).replace(/^\s*(?:```[\s\S]*?\n```|(?:\|.*\n)+)?\s*/, '');
  return `${readme.slice(0, start)}${mark}\n\n${part}\n\n${rest}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows.map((row) => row.map(escapeCell))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function code(text: string): string {
  return text === '' ? 'empty' : `\`${text}\``;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync('README.md', await composeReadme(readFileSync('README.md', 'utf8')));
}
