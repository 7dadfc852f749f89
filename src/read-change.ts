// Pull request → its change as data: the commits fetched, what is to be read of each file and what is skipped by rule, and what
// the base says about reviews. Nothing that a pull request contains decides how it is reviewed.
import picomatch from 'picomatch';
import type { ChangedFile, ListedFile } from './diff/changed-file.ts';
import type { CodeTree, ReadFile } from './git/open-code-tree.ts';
import { openRepository, type OpenedRepository } from './git/open-repository.ts';
import { skipReason, type FileFacts } from './plan/skip-reason.ts';
import type { SkippedFile } from './plan/plan-review.ts';
import type { Guidance } from './prompts/reviewer.ts';
import {
  parseSettings,
  refuseSettings,
  SETTINGS_PATH,
  type ReadSettings,
  type Settings,
} from './settings.ts';

export interface ChangeSource {
  /** HTTP address of the repository. */
  readonly url: string;
  readonly token: string;
  readonly repositoryKilobytes: number;
  readonly tempFolder: string;
}

export interface Commits {
  readonly head: string;
  readonly mergeBase: string;
  /** Tip of the base branch: settings, rules and attributes come from there. */
  readonly base: string;
  /** Head of the last review, when only what came after it may be to read. */
  readonly since: string | undefined;
}

export interface Change extends AsyncDisposable {
  readonly settings: ReadSettings;
  readonly skipped: readonly SkippedFile[];
  /** Files to be reviewed, as they differ from the merge base: where comments can stand. */
  readonly files: readonly ChangedFile[];
  readonly head: CodeTree;
  /** What changed since the last reviewed head, of the files that are to be reviewed. */
  readChangesSince(
    since: string,
  ): Promise<{ readonly files: readonly ChangedFile[]; readonly paths: ReadonlySet<string> }>;
  readGuidance(paths: readonly string[]): Promise<Guidance>;
  /** Paths of rules and settings that the pull request itself changes: they do not apply yet. */
  readonly changedRules: readonly string[];
}

/** Above this, contents are fetched when they are read: a gigabyte takes longer to fetch than a change to review. */
const MAX_WHOLE_KILOBYTES = 500_000;

export async function readChange(
  source: ChangeSource,
  commits: Commits,
  signal: AbortSignal,
): Promise<Change> {
  const { url, token, tempFolder, repositoryKilobytes } = source;
  const blobsOnDemand = repositoryKilobytes > MAX_WHOLE_KILOBYTES;
  const { head, mergeBase, base, since } = commits;
  const wanted = [head, mergeBase, base, ...(since === undefined ? [] : [since])];
  const repository = await openRepository({ url, token, blobsOnDemand }, wanted, tempFolder, signal);
  try {
    return await readOpened(repository, commits);
  } catch (error) {
    await repository[Symbol.asyncDispose]();
    throw error;
  }
}

async function readOpened(repository: OpenedRepository, { head, mergeBase, base }: Commits): Promise<Change> {
  const baseTree = repository.openTree(base);
  const [file, listed] = await Promise.all([
    baseTree.readFile(SETTINGS_PATH),
    repository.listChanges(mergeBase, head),
  ]);
  const settings = readSettings(file);
  const facts = await readFacts(repository, { commit: base, tree: baseTree }, listed, settings.settings);
  const judged = listed.map((file, at) => ({ file, reason: skipReason(file, facts[at] as FileFacts) }));
  const toRead = judged.flatMap(({ file, reason }) => (reason === undefined ? [file] : []));
  const ruleNames = new Set(settings.settings.rules);
  const patches = repository.readPatches(mergeBase, head, toRead);
  const headTree = repository.openTree(head);
  const files = await patches;
  const read = new Set(files.map(({ path }) => path));
  const left = toRead
    .filter(({ path }) => !read.has(path))
    .map(({ path }) => ({ path, reason: 'too_large' as const }));
  return {
    settings,
    skipped: [
      ...judged.flatMap(({ file: { path }, reason }) => (reason === undefined ? [] : [{ path, reason }])),
      ...left,
    ],
    files,
    head: headTree,
    readChangesSince: async (since) => {
      const changes = await repository.listChanges(since, head);
      const files = await repository.readPatches(
        since,
        head,
        changes.filter(({ path }) => read.has(path)),
      );
      return {
        files,
        paths: new Set(changes.flatMap(({ path, previousPath }) => [path, previousPath ?? path])),
      };
    },
    readGuidance: (paths) => readGuidance(baseTree, settings.settings, paths),
    // Rules that are renamed away are gone once it is merged.
    changedRules: listed
      .flatMap(({ path, previousPath, status }) =>
        status === 'renamed' && previousPath !== undefined ? [previousPath, path] : [path],
      )
      .filter((path) => path === SETTINGS_PATH || ruleNames.has(path.slice(path.lastIndexOf('/') + 1))),
    [Symbol.asyncDispose]: () => repository[Symbol.asyncDispose](),
  };
}

function readSettings(file: ReadFile): ReadSettings {
  if (file.kind === 'text') return parseSettings(file.text);
  return file.kind === 'missing' ? parseSettings(undefined) : refuseSettings(file.kind);
}

const ABSENT = /^0+$/;
const SUBMODULE_MODE = '160000';

interface Base {
  readonly commit: string;
  readonly tree: CodeTree;
}

async function readFacts(
  repository: OpenedRepository,
  base: Base,
  listed: readonly ListedFile[],
  { ignore }: Settings,
): Promise<FileFacts[]> {
  const isIgnored = ignore.length === 0 ? () => false : picomatch([...ignore], { dot: true });
  const binaries = listed.filter(
    ({ binary, oldMode, newMode }) => binary && oldMode !== SUBMODULE_MODE && newMode !== SUBMODULE_MODE,
  );
  const oids = binaries.flatMap(({ oldOid, newOid }) => [oldOid, newOid]).filter((oid) => !ABSENT.test(oid));
  const paths = (await base.tree.hasFileNamed('.gitattributes')) ? listed.map(({ path }) => path) : [];
  const [flags, sizes] = await Promise.all([
    repository.readAttributes(base.commit, paths),
    repository.readSizes(oids),
  ]);
  return listed.map(({ path, oldOid, newOid }) => ({
    generated: flags.get(path)?.generated,
    vendored: flags.get(path)?.vendored,
    ignored: isIgnored(path),
    bytes: Math.max(sizes.get(oldOid) ?? 0, sizes.get(newOid) ?? 0),
  }));
}

const MAX_RULES_FILES = 12;

/** Rules of the folders above these paths, deepest first: what is nearest to the code counts most. */
async function readGuidance(base: CodeTree, settings: Settings, paths: readonly string[]): Promise<Guidance> {
  const folders = new Set(paths.flatMap((path) => foldersAbove(path)));
  const candidates = [...folders]
    .sort((a, b) => b.split('/').length - a.split('/').length || (a < b ? -1 : 1))
    .flatMap((folder) => settings.rules.map((name) => (folder === '' ? name : `${folder}/${name}`)));
  const texts = await base.readTexts(candidates);
  const rules = candidates.flatMap((path) => {
    const text = texts.get(path);
    return text === undefined ? [] : [{ path, text }];
  });
  const instructions = settings.instructions
    .filter(({ paths: globs }) => {
      const matches = picomatch([...globs], { dot: true });
      return globs.length === 0 || paths.some((path) => matches(path));
    })
    .map(({ text }) => text);
  return { rules: rules.slice(0, MAX_RULES_FILES), instructions };
}

function foldersAbove(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return [...parts.map((_, at) => parts.slice(0, at + 1).join('/')), ''];
}
