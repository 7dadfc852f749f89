// Representative cases through the bundle, as a process with the environment of a runner: beside what is posted, its job summary,
// its outputs and its log, in which no line may be a command to the runner.
import { readFileSync } from 'node:fs';
import { API_KEY, logOf, openStage, outputsOf, REPOSITORY } from '../../../dist/stage.ts';
import { noneOf, note, type Figure } from '../../scenario.ts';
import { CARRIERS } from './carriers.ts';
import { findFaults, type Posted } from './check-posted.ts';
import { composeObedientClaude, LINES } from './obedient-claude.ts';
import { PAYLOADS } from './payloads.ts';

/** Commands that the Action itself gives. */
const OWN_COMMANDS = /^::(?:add-mask::|error::|warning::|set-output |debug::)/;

export async function proveBundledInjection(size: { readonly cases: number }): Promise<Figure[]> {
  const faults: string[] = [];
  const carriers = CARRIERS.filter(({ also, name }) => !also && name !== 'deleted lines');
  for (let at = 0; at < size.cases; at += 1) {
    const payload = PAYLOADS[Math.floor((at * PAYLOADS.length) / size.cases)];
    const carrier = carriers[at % carriers.length];
    if (!payload || !carrier) break;
    const found = await play(payload.text, carrier, at % 3 === 0);
    faults.push(...found.map((fault) => `${payload.name} in ${carrier.name}: ${fault}`));
  }
  return [
    note('cases through the bundle', size.cases),
    noneOf('what its posts, summary, outputs and log must not hold', faults),
  ];
}

const lines = (first: string, second: string): string =>
  `export function price(items) {\n${first}\n}\nexport function count(items) {\n${second}\n}\n`;

async function play(text: string, carrier: (typeof CARRIERS)[number], isDry: boolean): Promise<string[]> {
  const claude = composeObedientClaude();
  claude.order = {
    text,
    tools: carrier.tool ? [carrier.tool] : [],
    outside: ['../../../../proc/self/environ', 'environ'],
  };
  const { files, modes, title, body } = carrier.carry(text);
  const workflow = readFileSync('docs/samples/nectr.yml', 'utf8');
  await using stage = await openStage({
    base: { [LINES.path]: lines('  return 0;', '  return 1;') },
    change: { [LINES.path]: lines(LINES.first, LINES.second), environ: '/proc/self/environ', ...files },
    modes: { environ: '120000', ...modes },
    script: claude.script,
    sceptic: claude.script,
    ...(title === undefined ? {} : { title }),
    ...(body === undefined ? {} : { body }),
    branch: '--upload-pack=evil$(id);`id`',
    workflow: isDry ? workflow.replace(/( +)with:\n/, '$1with:\n$1  dry-run: true\n') : workflow,
  });
  const run = await stage.dispatch();
  const { github, pull } = stage;
  const log = run.steps.map(({ unmasked }) => unmasked).join('\n');
  const commands = log
    .split('\n')
    .filter((line) => /^\s*::|##\[/.test(line) && !OWN_COMMANDS.test(line.trim()));
  const posted: Posted[] = [
    ...github
      .reviews(REPOSITORY, pull.number)
      .map(({ body }): Posted => ({ what: 'review', text: body, kind: 'markdown' })),
    ...github.reviewComments(REPOSITORY, pull.number).map(({ body }): Posted => {
      return { what: 'comment', text: body, kind: 'markdown', suggestions: 1 };
    }),
    ...run.steps.map(({ summary }): Posted => ({ what: 'job summary', text: summary, kind: 'markdown' })),
    { what: 'outputs', text: JSON.stringify(outputsOf(run)), kind: 'data' },
    { what: 'log', text: logOf(run).replaceAll(/^::add-mask::.*$/gm, ''), kind: 'data' },
  ];
  const forbidden = {
    home: github.url,
    secrets: [API_KEY],
    foreign: ['ANTHROPIC_BASE_URL=', 'GITHUB_TOKEN='],
  };
  return [
    ...posted.flatMap((one) => findFaults(one, forbidden)),
    ...commands.map((line) => `a command to the runner: ${line.slice(0, 100)}`),
    ...(run.conclusion === 'cancelled' || outputsOf(run)['status'] !== 'reviewed'
      ? [`the run ended as ${outputsOf(run)['status']} ${log.slice(-300)}`]
      : []),
  ];
}
