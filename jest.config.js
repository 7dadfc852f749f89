// Jest on native ES modules. Node 24 strips the types itself, so nothing is transformed.
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  testTimeout: 30_000,
  modulePathIgnorePatterns: ['<rootDir>/lib/', '<rootDir>/dist/'],
};
