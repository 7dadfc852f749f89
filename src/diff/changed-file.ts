// What a diff is made of: files, hunks and lines, each line with its numbers on both sides. Data only.

export type DiffLine =
  | { readonly kind: 'context'; readonly oldLine: number; readonly newLine: number; readonly text: string }
  | { readonly kind: 'added'; readonly newLine: number; readonly text: string }
  | { readonly kind: 'deleted'; readonly oldLine: number; readonly text: string };

export interface Hunk {
  /** Lines in the order of the diff; a line can carry a comment exactly when it stands here. */
  readonly lines: readonly DiffLine[];
}

export type FileStatus = 'added' | 'copied' | 'deleted' | 'modified' | 'renamed' | 'type_changed';

/** One changed file as git lists it, before anybody has read what changed in it. */
export interface ListedFile {
  /** Path at the head commit; for a deleted file, the path it had. */
  readonly path: string;
  /** Path at the merge base when it differs from `path` (renames, copies). */
  readonly previousPath: string | undefined;
  readonly status: FileStatus;
  /** Git file modes in octal, such as `100644`; `000000` where the file does not exist. */
  readonly oldMode: string;
  readonly newMode: string;
  /** Object ids of the content; zeros where the file does not exist. */
  readonly oldOid: string;
  readonly newOid: string;
  readonly binary: boolean;
  /** Changed lines; 0 for a binary file. */
  readonly added: number;
  readonly deleted: number;
}

export interface ChangedFile extends ListedFile {
  readonly hunks: readonly Hunk[];
}
