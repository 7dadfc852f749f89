import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { composeReadme } from '../scripts/readme.ts';
import { ENVIRONMENT } from '../forwarder/config/environment.ts';

const readme = readFileSync('README.md', 'utf8');
const action = parse(readFileSync('action.yml', 'utf8')) as {
  inputs: Record<string, { description: string }>;
  outputs: Record<string, { description: string }>;
};

test('the workflow in the README is the one that the demo and the tests run', () => {
  expect(readme).toContain(`\`\`\`yaml\n${readFileSync('docs/samples/nectr.yml', 'utf8')}\`\`\``);
});

test('every part of the README that has its source elsewhere is as the source has it', async () => {
  expect(await composeReadme(readme)).toBe(readme);
});

test.each([
  ['the inputs and outputs of action.yml', [...Object.keys(action.inputs), ...Object.keys(action.outputs)]],
  ["the forwarder's environment", ENVIRONMENT.map(({ name }) => name)],
])('the README names %s', (_, names) => {
  for (const name of names) expect(readme).toContain(`| \`${name}\``);
});

test('docs/dependencies.md gives the reason of each dependency', () => {
  const reasons = readFileSync('docs/dependencies.md', 'utf8');
  const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const names = [...Object.keys(dependencies), ...Object.keys(devDependencies)];
  const missing = names.filter((name) => !name.startsWith('@types/') && !reasons.includes(name));
  expect(missing).toEqual([]);
});
