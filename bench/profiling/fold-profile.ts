// A V8 CPU profile → its stacks, merged from the root on: each frame with the time that it was on the stack.

/** As `--cpu-prof` writes it; lines and columns count from 0. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** The node on top of the stack at each sample. */
  readonly samples: readonly number[];
  /** Microseconds from the sample before to this one. */
  readonly timeDeltas: readonly number[];
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

export interface Frame {
  readonly name: string;
  readonly microseconds: number;
  /** The longest first. */
  readonly children: readonly Frame[];
}

/** Waiting costs nothing, so it is left out: what remains is the time that the processor worked. */
const LEFT_OUT = '(idle)';

/** Frames of one name under one parent are one. */
export function foldProfile(profile: CpuProfile, nameFrame: (frame: CallFrame) => string): Frame {
  const own = new Map<number, number>();
  profile.samples.forEach((id, at) => {
    // A sample stands for the time until the next one.
    own.set(id, (own.get(id) ?? 0) + (profile.timeDeltas[at + 1] ?? 0));
  });
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]));
  const fold = (name: string, ids: readonly number[]): Frame => {
    const merged = ids.flatMap((id) => nodes.get(id) ?? []);
    const below = merged
      .flatMap(({ children = [] }) => children.flatMap((id) => nodes.get(id) ?? []))
      .filter(({ callFrame }) => callFrame.functionName !== LEFT_OUT);
    const children = [...Map.groupBy(below, ({ callFrame }) => nameFrame(callFrame))]
      .map(([child, all]) =>
        fold(
          child,
          all.map(({ id }) => id),
        ),
      )
      .sort((one, other) => other.microseconds - one.microseconds);
    const self = merged.reduce((sum, { id }) => sum + (own.get(id) ?? 0), 0);
    return {
      name,
      children,
      microseconds: children.reduce((sum, { microseconds }) => sum + microseconds, self),
    };
  };
  const [root] = profile.nodes;
  return fold('all', root ? [root.id] : []);
}
