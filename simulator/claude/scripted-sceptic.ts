// A script that answers as a sceptic would who finds that everything stands: the evidence is the quoted code itself. It reads
// the same prompt and answers through the same tool.
import type { ScriptedMessage } from './answer.ts';
import type { MessageRequest } from './request.ts';

export interface AskedFinding {
  readonly id: string;
  readonly severity: string;
  readonly path: string;
  readonly quote: string;
}

/** Whether this request asks for verdicts and not for findings. */
export function asksForVerdicts({ tools = [] }: MessageRequest): boolean {
  return tools.some(({ name }) => name === 'submit_verdicts');
}

/** Whether it asks which findings of several reviewers are one. */
export function asksForSynthesis({ tools = [] }: MessageRequest): boolean {
  return tools.some(({ name }) => name === 'submit_synthesis');
}

/** The findings that the request asks about, as any reader of it would take them. */
export function readAskedFindings({ messages }: MessageRequest): AskedFinding[] {
  const [first] = messages;
  const content = first?.content ?? '';
  const text =
    typeof content === 'string'
      ? content
      : content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
  return text
    .split('\nFinding ')
    .slice(1)
    .flatMap((part): AskedFinding[] => {
      const [, id, severity, path] = /^(F\d+) \((\w+), \w+\) in ("(?:[^"\\]|\\.)*")/.exec(part) ?? [];
      if (id === undefined || severity === undefined || path === undefined) return [];
      const code = /\nCode:\n((?:\| .*\n)+)/.exec(part)?.[1] ?? '';
      const quote = code
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(2))
        .join('\n');
      return [{ id, severity, path: JSON.parse(path) as string, quote }];
    });
}

export function composeVerdicts(
  asked: readonly AskedFinding[],
  change: (finding: AskedFinding) => Readonly<Record<string, unknown>> = () => ({}),
): ScriptedMessage {
  const verdicts = asked.map((finding) => ({
    id: finding.id,
    refuted: false,
    severity: finding.severity,
    reason: 'It stands.',
    evidence: [{ path: finding.path, quote: finding.quote }],
    same_cause_as: '',
    ...change(finding),
  }));
  return { kind: 'message', content: [{ type: 'tool_use', name: 'submit_verdicts', input: { verdicts } }] };
}
