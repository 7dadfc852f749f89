// A frame of a profile → the function's name and its place, from its package or from this repository on: what people read, and no path
// of the machine.
import type { CallFrame } from './fold-profile.ts';

export interface Place {
  /** A file's URL or path, or `node:…`; empty: V8 itself. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** @param root folder of the repository, as a path that ends with a slash */
export function nameFrame({ functionName }: CallFrame, { file, line }: Place, root: string): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  return file === '' ? name : `${name} ${shortenPath(file, root)}:${line}`;
}

function shortenPath(file: string, root: string): string {
  if (file.startsWith('node:')) return file;
  const path = file.replace(/^file:\/\//, '');
  const [, inPackage] = /.*\/node_modules\/(.*)$/.exec(path) ?? [];
  if (inPackage !== undefined) return inPackage;
  return path.startsWith(root) ? path.slice(root.length) : path.slice(path.lastIndexOf('/') + 1);
}
