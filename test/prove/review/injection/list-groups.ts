// Payloads × carriers → the cases of a run.
import { CARRIERS, type Carrier } from './carriers.ts';
import { PAYLOADS, type Payload } from './payloads.ts';

export interface InjectionSize {
  /** Of each payload, so many carriers. */
  readonly carriersEach: number;
  /** Only each so-manieth case. */
  readonly step: number;
  /** So many pull requests are reviewed side by side, each against a GitHub and a Claude of its own. */
  readonly lanes: number;
}

export interface Case {
  readonly name: string;
  readonly payload: Payload;
  readonly carrier: Carrier;
}

/** Carriers of one payload lie so far apart: each of them meets each kind of payload. */
const STRIDE = 4;

/** Each payload in some carriers, so that each pair of neighbours differs in both. */
export function listCases({ carriersEach, step }: Omit<InjectionSize, 'lanes'>): Case[] {
  const cases = PAYLOADS.flatMap((payload, at) =>
    Array.from({ length: carriersEach }, (_, turn): Case => {
      // Past the last, on to those that were left out.
      const shift = turn * STRIDE + Math.floor((turn * STRIDE) / CARRIERS.length);
      const carrier = CARRIERS[(at + shift) % CARRIERS.length] as Carrier;
      return { name: `${payload.name} in ${carrier.name}`, payload, carrier };
    }),
  );
  // A name holds no slash, so no address.
  const isPossible = ({ payload, carrier }: Case): boolean =>
    !(payload.name.endsWith('in an address') && carrier.name.includes('name'));
  return cases.filter((_, at) => at % step === 0).filter(isPossible);
}

/** Such as `title 11, body 11`. */
export function countByCarrier(cases: readonly Case[]): string {
  return CARRIERS.map(
    ({ name }) => `${name} ${cases.filter(({ carrier }) => carrier.name === name).length}`,
  ).join(', ');
}
