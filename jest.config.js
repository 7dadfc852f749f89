// Jest on native ES modules. Node 24 strips the types itself, so nothing is transformed.
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  // A run of the whole Action takes seconds, and several times that on a busy machine.
  testTimeout: 120_000,
  // Most of the time a test waits for a process that it has started: more workers than cores are no waste.
  maxWorkers: 4,
  modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/dist/'],
};
