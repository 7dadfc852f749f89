// A script that answers as a reviewer would, for the demo: a few patterns in the added lines stand in for Claude's
// judgement. It reads the same prompt and answers through the same tool.
import type { ScriptedMessage } from './answer.ts';
import type { Script } from './local-claude.ts';
import { asksForSynthesis, asksForVerdicts, composeVerdicts, readAskedFindings } from './scripted-sceptic.ts';
import { readAddedLines, type AddedLine } from './read-diff-prompt.ts';

interface Pattern {
  readonly matches: RegExp;
  readonly severity: 'critical' | 'major' | 'minor';
  readonly category: 'correctness' | 'security';
  readonly title: string;
  readonly explanation: string;
  readonly scenario: string;
}

const PATTERNS: readonly Pattern[] = [
  {
    matches: /\bquery\(\s*(?:`[^`]*\$\{|["'][^"']*["']\s*\+)/,
    severity: 'critical',
    category: 'security',
    title: 'SQL injection: the value is pasted into the statement',
    explanation:
      'The value comes from outside and becomes part of the SQL text. Pass it as a parameter instead, for example `WHERE code = ?` with the value in the list of parameters.',
    scenario:
      "The value `' OR '1'='1` matches every row, and the first one is used as if it had been asked for.",
  },
  {
    matches: /Cents -= \w+\.\w+/,
    severity: 'major',
    category: 'correctness',
    title: 'The total can fall below zero, and a missing voucher throws',
    explanation:
      'Nothing checks that the voucher was found or that it is worth less than the order. Refuse an unknown code, and cap the reduction at the total.',
    scenario: 'An order of 500 cents with a voucher of 1000 cents is saved with a total of -500.',
  },
  {
    matches: /^\s*(?:save|send|store|delete)[A-Z]\w*\([^)]*\);\s*$/,
    severity: 'major',
    category: 'correctness',
    title: 'The promise is not awaited any more',
    explanation:
      'The function returns before the write is done, and a failure becomes an unhandled rejection. Put `await` in front again.',
    scenario: 'The database refuses the write: the caller is told that all went well, and the order is lost.',
  },
  {
    matches:
      /catch\(\(\w*\) => \{\s*\}\)|catch(?:\s*\(\w+\))? \{\s*\}|^\s*except(?: Exception)?:\s*(?:pass\s*)?$/,
    severity: 'major',
    category: 'correctness',
    title: 'Every error is swallowed here',
    explanation:
      'Whatever fails in this call is lost without a trace. Handle what is expected, and let the rest through.',
    scenario: 'The call fails: nothing is logged, and the code goes on as if it had worked.',
  },
  {
    matches: /\beval\(|\.innerHTML\s*=|shell=True/,
    severity: 'critical',
    category: 'security',
    title: 'Text from outside may be run here',
    explanation: 'What is passed on is run and not only read. Use a form that treats it as data.',
    scenario: 'Somebody puts code of their own into the value, and it runs with the rights of this program.',
  },
  {
    matches: /rejectUnauthorized:\s*false|InsecureSkipVerify:\s*true|verify=False/,
    severity: 'critical',
    category: 'security',
    title: 'The certificate of the other side is not checked',
    explanation:
      'Anybody on the way can answer in place of the server. Leave the check on, and add the authority that is missing.',
    scenario: 'On an open network the connection is taken over, and everything that is sent can be read.',
  },
];

/** Scripted findings in the lines that this request shows; an empty list when no pattern fits. */
export const scriptedReviewer: Script = (request): ScriptedMessage => {
  if (asksForVerdicts(request)) return composeVerdicts(readAskedFindings(request));
  if (asksForSynthesis(request)) {
    return {
      kind: 'message',
      content: [{ type: 'tool_use', name: 'submit_synthesis', input: { sets: [] } }],
    };
  }
  const findings = readAddedLines(request).flatMap(findProblems);
  return { kind: 'message', content: [{ type: 'tool_use', name: 'submit_findings', input: { findings } }] };
};

function findProblems({ path, line, text }: AddedLine) {
  return PATTERNS.filter(({ matches }) => matches.test(text)).map(({ matches: _matches, ...finding }) => ({
    path,
    side: 'RIGHT',
    line,
    quote: text,
    ...finding,
  }));
}
