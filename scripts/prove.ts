// `npm run prove -- SUITE [NAME]`: runs the proofs of a suite at full length, prints each figure as a line, and exits
// with 1 when one of them is not what was promised.
import type { Figure, Scenario, Suite } from '../test/prove/scenario.ts';

const SUITES: Readonly<Record<string, () => Promise<Suite>>> = {
  forwarder: () => import('../test/prove/forwarder/main.ts'),
  review: () => import('../test/prove/review/main.ts'),
};

async function proveAll(scenarios: readonly Scenario[]): Promise<boolean> {
  let holds = true;
  for (const { name, prove } of scenarios) {
    const startedAt = performance.now();
    console.log(name);
    for (const figure of await proveOne(prove)) {
      console.log(`  ${describe(figure)}`);
      if (figure.holds === false) holds = false;
    }
    console.log(`  (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
  }
  return holds;
}

/** What breaks one proof must not hide the others. */
async function proveOne(prove: Scenario['prove']): Promise<readonly Figure[]> {
  try {
    return await prove();
  } catch (error) {
    console.error(error);
    return [{ what: 'ended with an error', value: String(error), holds: false }];
  }
}

function describe({ what, value, holds }: Figure): string {
  const sign = holds === undefined ? '·' : holds ? '✓' : '✗';
  return `${sign} ${what}: ${value}`;
}

function choose(scenarios: readonly Scenario[], wanted: string | undefined): readonly Scenario[] {
  const chosen = scenarios.filter(({ name }) => wanted === undefined || name === wanted);
  if (chosen.length > 0) return chosen;
  throw new Error(`There is no proof ${wanted}; there are ${scenarios.map(({ name }) => name).join(', ')}.`);
}

const [suite = '', name] = process.argv.slice(2);
const open = SUITES[suite];
if (!open) {
  console.error(`npm run prove -- SUITE [NAME], with one of: ${Object.keys(SUITES).join(', ')}`);
  process.exit(1);
}
process.exit((await proveAll(choose((await open()).scenarios, name))) ? 0 : 1);
