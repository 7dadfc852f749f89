// The loop that takes due events from the store and dispatches a few at a time. Woken by new events, else at the next
// due time; all that it must remember over a crash is in the store.
import { randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { NO_CREDENTIALS } from '../inbox/connection.ts';
import type { ClaimedEvent } from '../inbox/event.ts';
import type { Inbox } from '../inbox/inbox.ts';
import { Bell } from './bell.ts';
import { dispatchEvent, type DispatchEdges, type DispatchOutcome } from './dispatch-event.ts';
import { RETRY_POLICY, type RetryPolicy } from './plan-retry.ts';
import { settleEvent, type SettleEdges } from './settle-event.ts';

export interface DispatcherOptions
  extends Pick<DispatchEdges, 'access' | 'governor' | 'now'>, Pick<SettleEdges, 'log' | 'metrics'> {
  readonly inbox: Inbox;
  readonly policy?: RetryPolicy | undefined;
  /** How long an event stays with a dispatcher that is heard of no more; 60 s unless told. */
  readonly leaseMs?: number | undefined;
}

/** Dispatches at a time: GitHub asks for no more than 100 calls at once, of all replicas together. */
const CONCURRENCY = 16;
/** Longer than a dispatch with its look-ups may take, so that a lease ends only with its holder. */
const LEASE_MS = 60_000;
/** However little is known to be due: other replicas store and die, too. */
const MAX_IDLE_MS = 5000;
/** What is due but not to be had (its pull request has one in work) must not turn the loop into a spin. */
const MIN_IDLE_MS = 100;
const ALIVE_MS = 30_000;

export class Dispatcher {
  readonly #edges: DispatchEdges & SettleEdges;
  readonly #inbox: Inbox;
  readonly #bell = new Bell();
  /** What is under way, and how many of it still call GitHub: to store what came of it takes no place from the next call. */
  readonly #running = new Set<Promise<void>>();
  #calling = 0;
  readonly #stopping = new AbortController();
  readonly #leaseMs: number;
  #looping: Promise<void> | undefined;
  #lastRoundMs = 0;

  constructor({ inbox, policy = RETRY_POLICY, leaseMs = LEASE_MS, ...edges }: DispatcherOptions) {
    const { events, connections } = inbox;
    this.#inbox = inbox;
    this.#leaseMs = leaseMs;
    this.#edges = {
      ...edges,
      events,
      connections,
      policy,
      credentialsKey: edges.access?.credentialsKey ?? NO_CREDENTIALS,
      owner: randomUUID(),
      random: Math.random,
    };
  }

  /** Takes over first what an earlier process held, where there is only ever one; replicas wait for leases to end. */
  async start(): Promise<void> {
    const { owner, log, policy, credentialsKey } = this.#edges;
    const count = this.#inbox.isShared
      ? 0
      : await this.#inbox.events.takeOver(owner, policy.maxFailures, this.#now());
    if (count > 0) log.warn({ count }, 'took over events that an earlier process was dispatching');
    const hastened = await this.#inbox.events.hasten(credentialsKey, this.#now());
    if (hastened > 0) log.info({ count: hastened }, 'events that another token was refused are tried now');
    this.#inbox.onQueued(() => this.wake());
    this.#lastRoundMs = this.#now().getTime();
    this.#looping = this.#loop();
  }

  /** There may be something to do now. */
  wake(): void {
    this.#bell.ring();
  }

  /** Whether the loop has come round lately. */
  isAlive(): boolean {
    return !this.#stopping.signal.aborted && this.#now().getTime() - this.#lastRoundMs < ALIVE_MS;
  }

  /** Takes nothing new; settles when what is under way has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#bell.ring();
    await this.#looping;
    await Promise.all(this.#running);
  }

  async #loop(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      const idleMs = await this.#goRound();
      await this.#bell.wait(Math.min(MAX_IDLE_MS, Math.max(MIN_IDLE_MS, idleMs)));
      // What else ends in this turn is taken with it.
      await setImmediate();
    }
  }

  /** Returns how long nothing will be due, as far as is known. */
  async #goRound(): Promise<number> {
    try {
      const idleMs = await this.#takeDue();
      this.#lastRoundMs = this.#now().getTime();
      return idleMs;
    } catch (error) {
      this.#edges.log.error({ err: error }, 'the store could not be read: the dispatcher tries again');
      return MAX_IDLE_MS;
    }
  }

  async #takeDue(): Promise<number> {
    const now = this.#now();
    const free = CONCURRENCY - this.#calling;
    if (free === 0) return MAX_IDLE_MS;
    const blockedUntil = this.#readBlock(now);
    if (blockedUntil) return blockedUntil.getTime() - now.getTime();
    const { credentialsKey, governor, policy } = this.#edges;
    const blocks = governor?.listBlocks(now) ?? new Map<string, Date>();
    const stops = { credentialsKey, heldKeys: [...blocks.keys()] };
    const wanted = { limit: this.#isAtPace(now) ? 1 : free, maxFailures: policy.maxFailures, ...stops };
    const lease = { owner: this.#edges.owner, until: new Date(now.getTime() + this.#leaseMs) };
    for (const event of await this.#inbox.events.claim(lease, wanted, now)) {
      const work = this.#carryOut(event, lease.until).finally(() => {
        this.#running.delete(work);
        // Its pull request is free.
        this.#bell.ring();
      });
      this.#running.add(work);
    }
    const nextDue = await this.#inbox.events.readNextDue(stops, now);
    const times = [...(nextDue ? [nextDue] : []), ...blocks.values()].map((at) => at.getTime());
    return Math.min(...times) - this.#now().getTime();
  }

  async #carryOut(event: ClaimedEvent, leaseUntil: Date): Promise<void> {
    try {
      const outcome = await this.#call(event, leaseUntil);
      await settleEvent(this.#edges, event, outcome);
    } catch (error) {
      // Only the store can fail here. The lease ends by itself, and the event is taken up again.
      const { id: event_id } = event;
      this.#edges.log.error({ event_id, err: error }, 'the outcome of a dispatch could not be stored');
    }
  }

  async #call(event: ClaimedEvent, leaseUntil: Date): Promise<DispatchOutcome> {
    this.#calling += 1;
    try {
      return await dispatchEvent(this.#edges, event, leaseUntil);
    } finally {
      this.#calling -= 1;
      this.#bell.ring();
    }
  }

  /** Where there is one token, its limit is everybody's: nothing has to be taken to find out. */
  #readBlock(now: Date): Date | undefined {
    const { access, governor } = this.#edges;
    return access?.onlyKey === undefined ? undefined : governor?.readBlock(access.onlyKey, now);
  }

  /** Whatever is claimed beyond what may go has to be given back. */
  #isAtPace(now: Date): boolean {
    const { access, governor } = this.#edges;
    return access?.onlyKey !== undefined && governor?.isAtPace(access.onlyKey, now) === true;
  }

  #now(): Date {
    return this.#edges.now();
  }
}
