import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ENVIRONMENT } from '../forwarder/config.ts';

const readme = readFileSync('README.md', 'utf8');
const action = parse(readFileSync('action.yml', 'utf8')) as {
  inputs: Record<string, { description: string }>;
  outputs: Record<string, { description: string }>;
};

/** Rows of the table below a heading: first and last cell. */
function readTable(heading: string): [string, string][] {
  const [, section = ''] = readme.split(`### ${heading}\n`);
  const [table = ''] = section.split('\n#');
  return table
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
      return [(cells[1] ?? '').replaceAll('`', ''), cells.at(-2) ?? ''];
    });
}

const described = (list: Record<string, { description: string }>) =>
  Object.entries(list).map(([name, { description }]) => [name, description]);

test('the workflow in the README is the one that the demo and the tests run', () => {
  expect(readme).toContain(`\`\`\`yaml\n${readFileSync('docs/samples/nectr.yml', 'utf8')}\`\`\``);
});

test('the README lists the inputs of action.yml', () => {
  expect(readTable('Inputs of the Action')).toEqual(described(action.inputs));
});

test('the README lists the outputs of action.yml', () => {
  expect(readTable('Outputs of the Action')).toEqual(described(action.outputs));
});

test("the README lists the forwarder's environment", () => {
  expect(readTable('Environment of the forwarder')).toEqual(
    ENVIRONMENT.map(({ name, meaning }) => [name, meaning]),
  );
});
