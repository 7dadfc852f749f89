// Rules by which a file is skipped → their words.
import type { SkipReason } from '../plan/skip-reason.ts';

export const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  binary: 'binary',
  generated: 'generated',
  ignored: 'ignored by the settings',
  lock_file: 'lock file',
  no_text_change: 'no change of text',
  submodule: 'submodule',
  too_large: 'too large to be read',
  unreadable_name: 'its name is no UTF-8',
  vendored: 'vendored',
};
