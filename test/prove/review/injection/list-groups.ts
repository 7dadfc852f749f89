// Payloads × carriers → the pull requests of a run: each carries one payload in several places at once.
import { CARRIERS, type Carrier } from './carriers.ts';
import { PAYLOADS, type Payload } from './payloads.ts';

export interface InjectionSize {
  /** In so many places each payload stands: each of them is a case. */
  readonly carriersEach: number;
  /** Only each so-manieth payload. */
  readonly step: number;
  /** So many pull requests are reviewed side by side, each against a GitHub and a Claude of its own. */
  readonly lanes: number;
}

export interface Group {
  readonly payload: Payload;
  readonly carriers: readonly Carrier[];
}

/** Carriers of one pull request lie so far apart: neighbours in the list put their text into the same file. */
const STRIDE = 4;

/** Neighbours differ in both, so each carrier meets each kind of payload. */
export function listGroups({ carriersEach, step }: Omit<InjectionSize, 'lanes'>): Group[] {
  return PAYLOADS.map((payload, at): Group => {
    const carriers = Array.from(
      { length: carriersEach },
      (_, turn) => CARRIERS[(at + turn * STRIDE) % CARRIERS.length] as Carrier,
    );
    return { payload, carriers: carriers.filter((carrier) => canCarry(carrier, payload)) };
  }).filter((_, at) => at % step === 0);
}

/** A name holds no slash, so no address. */
function canCarry(carrier: Carrier, payload: Payload): boolean {
  return !(payload.name.endsWith('in an address') && carrier.name.includes('name'));
}

/** Such as `title 15, body 15`. */
export function countByCarrier(groups: readonly Group[]): string {
  const carried = groups.flatMap(({ carriers }) => carriers);
  return CARRIERS.map((one) => `${one.name} ${carried.filter((carrier) => carrier === one).length}`).join(
    ', ',
  );
}
