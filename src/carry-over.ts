// What earlier reviews said + the head → what of it is said again, still open or fixed. A problem that went along with its file,
// or that cannot be looked up, is not fixed.
import { carryForward, type Carried } from './findings/carry-forward.ts';
import type { PlacedFinding } from './findings/place-findings.ts';
import type { Change } from './read-change.ts';
import { SECRET_MARK, type HideSecrets } from './report/hide-secrets.ts';
import type { Remembered } from './report/ledger.ts';

export interface CarriedOver extends Carried<Remembered> {
  /** All that is remembered, at the paths where it stands now. */
  readonly remembered: readonly Remembered[];
}

const NOTHING: ReadonlyMap<string, string> = new Map();

type Code = Pick<Change, 'files' | 'head'>;

/** `touched` are the paths that changed since the last review; undefined for all. */
export async function carryOver(
  { files, head }: Code,
  earlier: readonly Remembered[],
  touched: ReadonlySet<string> | undefined,
  placed: readonly PlacedFinding[],
  hide: HideSecrets,
): Promise<CarriedOver> {
  const gone = await findGone(head, earlier, touched);
  const fresh = files.filter(({ status }) => status === 'added' || status === 'renamed');
  const remembered = await Promise.all(
    earlier.map(async (one) => {
      const path = gone.has(one.path) ? await findNewPath(head, fresh, one) : undefined;
      return path === undefined ? one : { ...one, path };
    }),
  );
  const moved = remembered.filter((one, at) => one !== earlier[at]);
  const isLookedUp = ({ path }: Remembered): boolean => touched?.has(path) ?? true;
  const paths = [...new Set([...remembered.filter(isLookedUp), ...moved].map(({ path }) => path))];
  const read = await head.readTexts(paths).catch(() => NOTHING);
  const texts = new Map<string, string | undefined>();
  for (const path of paths) {
    const text = read.get(path);
    if (text !== undefined) texts.set(path, showAsQuoted(text, path, remembered, hide));
    else if (gone.has(path)) texts.set(path, undefined);
  }
  return { ...carryForward(remembered, placed, texts), remembered };
}

/** What cannot be read as text is not gone. */
async function findGone(
  head: Code['head'],
  earlier: readonly Remembered[],
  touched: ReadonlySet<string> | undefined,
): Promise<ReadonlySet<string>> {
  const gone = new Set<string>();
  for (const path of new Set(earlier.map((one) => one.path))) {
    if (touched?.has(path) === false) continue;
    const file = await head.readFile(path).catch(() => undefined);
    if (file?.kind === 'missing') gone.add(path);
  }
  return gone;
}

/** Where its file was renamed to, or which new file holds the quoted line. */
async function findNewPath(
  head: Code['head'],
  fresh: Code['files'],
  { path, quote }: Remembered,
): Promise<string | undefined> {
  const renamed = fresh.find(({ previousPath }) => previousPath === path);
  const pattern = quote.trim();
  if (renamed || pattern === '' || fresh.length === 0) return renamed?.path;
  const found = await head.search({ pattern, isRegex: false, folder: '' });
  if (found.kind === 'refused') return undefined;
  return found.matches.find((match) => fresh.some((file) => file.path === match.path))?.path;
}

/** A quote is remembered without what looks like a secret, and looked up by lines. */
function showAsQuoted(
  text: string,
  path: string,
  remembered: readonly Remembered[],
  hide: HideSecrets,
): string {
  const isHidden = remembered.some((one) => one.path === path && one.quote.includes(SECRET_MARK));
  return isHidden ? text.split('\n').map(hide).join('\n') : text;
}
