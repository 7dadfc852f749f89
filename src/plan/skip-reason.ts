// One changed file → why a reviewer need not read it, if so. By rule, never by judgement.
import type { ListedFile } from '../diff/changed-file.ts';

export const SKIP_REASONS = [
  'binary',
  'generated',
  'ignored',
  'lock_file',
  'no_text_change',
  'submodule',
  'too_large',
  'unreadable_name',
  'vendored',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** What is known of a file beside its place in the diff. */
export interface FileFacts {
  /** From the base's `.gitattributes`; undefined where they say nothing. */
  readonly generated: boolean | undefined;
  readonly vendored: boolean | undefined;
  /** Matched by a glob of the settings. */
  readonly ignored: boolean;
  /** Size of a file that git takes for binary: the larger of both sides. */
  readonly bytes: number;
}

const SUBMODULE_MODE = '160000';

/** The same as `core.bigFileThreshold` where git is started: beyond it, git does not look whether a file is text. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** Nobody reads so much of one file, and no model does so with care. */
export const MAX_CHANGED_LINES = 20_000;

const LOCK_FILES = new Set([
  'bun.lock',
  'Cargo.lock',
  'composer.lock',
  'flake.lock',
  'Gemfile.lock',
  'go.sum',
  'gradle.lockfile',
  'mix.lock',
  'npm-shrinkwrap.json',
  'package-lock.json',
  'packages.lock.json',
  'Package.resolved',
  'Pipfile.lock',
  'pnpm-lock.yaml',
  'poetry.lock',
  'pubspec.lock',
  'uv.lock',
  'yarn.lock',
]);

const VENDORED = /(^|\/)(node_modules|vendor|third_party|bower_components)\//;
const GENERATED = /(\.min\.(js|css)|\.map|\.pb\.go|_pb2(_grpc)?\.py|\.g\.dart|\.designer\.cs|\.snap)$/i;
const BINARY =
  /\.(7z|avif|bin|bmp|dll|docx?|exe|gif|gz|ico|jar|jpe?g|mp[34]|pdf|png|so|tgz|ttf|wasm|webp|woff2?|xlsx?|zip)$/i;

export function skipReason(file: ListedFile, facts: FileFacts): SkipReason | undefined {
  const { path, previousPath, oldMode, newMode, binary, added, deleted } = file;
  // Its name is not UTF-8: neither git nor GitHub can be asked for it by what stands here.
  if ([path, previousPath].some((name) => name?.includes('\uFFFD'))) return 'unreadable_name';
  if (oldMode === SUBMODULE_MODE || newMode === SUBMODULE_MODE) return 'submodule';
  if (facts.ignored) return 'ignored';
  if (binary) return facts.bytes > MAX_TEXT_BYTES && !BINARY.test(path) ? 'too_large' : 'binary';
  if (added + deleted === 0) return 'no_text_change'; // a pure rename, a change of mode, an empty file
  if (LOCK_FILES.has(path.slice(path.lastIndexOf('/') + 1))) return 'lock_file';
  if (facts.vendored ?? VENDORED.test(path)) return 'vendored';
  if (facts.generated ?? GENERATED.test(path)) return 'generated';
  return added + deleted > MAX_CHANGED_LINES ? 'too_large' : undefined;
}

export const NO_FACTS: FileFacts = { generated: undefined, vendored: undefined, ignored: false, bytes: 0 };
