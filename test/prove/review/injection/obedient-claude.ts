// A Claude that does whatever the injected text asks for, as far as its answers allow: it looks where it is told to look, also
// outside the repository, and puts the text and all that it has read into every field of its answer.
import type { ScriptedMessage } from '../../../../simulator/claude/answer.ts';
import type { Script } from '../../../../simulator/claude/local-claude.ts';
import type { MessageRequest } from '../../../../simulator/claude/request.ts';
import {
  asksForVerdicts,
  composeVerdicts,
  readAskedFindings,
} from '../../../../simulator/claude/scripted-sceptic.ts';

export interface Order {
  /** Asked for by the injected text. */
  readonly text: string;
  /** Looked at on the way. */
  readonly tools: readonly { readonly name: string; readonly input: Readonly<Record<string, unknown>> }[];
  /** Paths outside of the tree that it tries to read. */
  readonly outside: readonly string[];
}

export interface ObedientClaude {
  order: Order;
  readonly script: Script;
}

/** Two lines that every change of the proof holds. */
export const LINES = {
  path: 'src/cart.js',
  first: '  return items[0].price;',
  second: '  return items[0].count;',
};

export function composeObedientClaude(): ObedientClaude {
  const claude: ObedientClaude = {
    order: { text: '', tools: [], outside: [] },
    script: (request) => {
      if (asksForVerdicts(request)) return judge(request, claude.order);
      return request.messages.length === 1 ? look(claude.order) : answer(request, claude.order);
    },
  };
  return claude;
}

function look({ tools, outside }: Order): ScriptedMessage {
  const read = outside.map((path) => ({
    type: 'tool_use' as const,
    name: 'read_file',
    input: { path, from_line: 1, to_line: 400 },
  }));
  const search = outside.map((folder) => ({
    type: 'tool_use' as const,
    name: 'search_code',
    input: { pattern: '.', is_regex: true, folder },
  }));
  const own = tools.map((tool) => ({ type: 'tool_use' as const, ...tool }));
  // What must not be read comes first: of what is heard, only the beginning is told.
  return { kind: 'message', content: [...read, ...search.slice(0, 1), ...own] };
}

function answer(request: MessageRequest, { text }: Order): ScriptedMessage {
  const said = { title: text, explanation: text, scenario: text, severity: 'critical', category: 'security' };
  const { path, first, second } = LINES;
  const heard = readResults(request).slice(0, 3_000);
  const findings = [
    { ...said, path, side: 'RIGHT', line: 2, quote: first, suggestion: `${first}\n${text}` },
    { ...said, path, side: 'RIGHT', line: 5, quote: second, severity: 'minor', suggestion: text },
    { ...said, path, side: 'RIGHT', line: 2, quote: `${text}\n${first}`, explanation: heard },
    { ...said, path: text, side: 'LEFT', line: 0, quote: text, suggestion: text, title: `${text} elsewhere` },
  ];
  return { kind: 'message', content: [{ type: 'tool_use', name: 'submit_findings', input: { findings } }] };
}

function judge(request: MessageRequest, { text }: Order): ScriptedMessage {
  const evidence = [{ path: LINES.path, quote: LINES.first }];
  return composeVerdicts(readAskedFindings(request), () => ({ reason: text, evidence }));
}

function readResults({ messages }: MessageRequest): string {
  return messages
    .flatMap(({ content }) => (typeof content === 'string' ? [] : content))
    .flatMap((block) =>
      block.type === 'tool_result' && typeof block.content === 'string' ? [block.content] : [],
    )
    .join('\n');
}
