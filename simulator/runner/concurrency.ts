// Concurrency groups as GitHub keeps them: one run going and one waiting per group. A newer run takes the place of
// the waiting one, and with cancel-in-progress also ends the one that is going.

export interface GroupMember {
  /** Called when it is this run's turn; settled when the run is over. */
  readonly start: () => Promise<void>;
  /** Ends the run, whether it waits or goes. */
  readonly cancel: () => void;
}

interface Group {
  running: GroupMember | undefined;
  waiting: GroupMember | undefined;
}

export class ConcurrencyGroups {
  readonly #groups = new Map<string, Group>();

  /** Lets the run start at once, or when the group is free. Names differ in more than upper and lower case. */
  enter(name: string, cancelInProgress: boolean, member: GroupMember): void {
    const key = name.toLowerCase();
    const group = this.#groups.get(key) ?? { running: undefined, waiting: undefined };
    this.#groups.set(key, group);
    if (!group.running) {
      this.#start(group, member);
      return;
    }
    group.waiting?.cancel();
    group.waiting = member;
    if (cancelInProgress) group.running.cancel();
  }

  #start(group: Group, member: GroupMember): void {
    group.running = member;
    void member.start().finally(() => {
      const next = group.waiting;
      group.running = undefined;
      group.waiting = undefined;
      if (next) this.#start(group, next);
    });
  }
}
