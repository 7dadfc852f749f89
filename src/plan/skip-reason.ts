// One changed file → why a reviewer need not read it, if so. By rule, never by judgement.
import type { ChangedFile } from '../diff/changed-file.ts';

export type SkipReason = 'binary' | 'generated' | 'lock_file' | 'no_text_change' | 'submodule' | 'vendored';

const SUBMODULE_MODE = '160000';

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

export function skipReason(file: ChangedFile): SkipReason | undefined {
  if (file.oldMode === SUBMODULE_MODE || file.newMode === SUBMODULE_MODE) return 'submodule';
  if (file.binary) return 'binary';
  if (file.hunks.length === 0) return 'no_text_change'; // a pure rename, a change of mode, an empty file
  if (LOCK_FILES.has(file.path.slice(file.path.lastIndexOf('/') + 1))) return 'lock_file';
  if (VENDORED.test(file.path)) return 'vendored';
  return GENERATED.test(file.path) ? 'generated' : undefined;
}
