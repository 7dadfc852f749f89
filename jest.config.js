import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Jest on native ES modules. `npm test` switches V8's optimizing compilers off (`--no-opt`): in test files, each a process's young
// life, they take more time than they save, a seventh of all. Node 24 strips the types itself, so nothing is transformed.
useMemory('/dev/shm', 4e9);
// What one of the many processes has compiled, the next need not; Jest's own workers neither.
process.env.NODE_COMPILE_CACHE ??= join(tmpdir(), 'nectr-compiled');

// With glibc, large allocations are in large pages: a fifth fewer page faults, 3 % of the time.
process.env.GLIBC_TUNABLES ??= 'glibc.malloc.hugetlb=1';

export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  // A run of the whole Action takes seconds, and several times that on a busy machine.
  testTimeout: 120_000,
  // A test often waits for a process that it has started: more workers than two cores are no waste, but many more are.
  maxWorkers: 3,
  testSequencer: '<rootDir>/test/longest-first.js',
  modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/dist/'],
};

/** Where the system has a file system in memory, with room, the files of the tests lie there: no test waits for a disk. */
function useMemory(folder, leastBytes) {
  try {
    const { bavail, bsize } = statfsSync(folder);
    if (bavail * bsize >= leastBytes) process.env.TMPDIR ??= folder;
  } catch {
    // There is none: the system's own folder it is.
  }
}
