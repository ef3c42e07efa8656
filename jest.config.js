/**
 * One run, two projects: pure tests need nothing but the code; real tests get Postgres, Redis, ClickHouse
 * and Temporal, started once (test/support/globalSetup.ts) and shared by database, prefix and namespace.
 */
const common = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.gamma'],
};

module.exports = {
  maxWorkers: 2,
  // Each file leaves its AsyncLocalStorages and compiled modules in its worker; after eighty files the simulation took
  // 531 s instead of 30. A worker that has grown begins anew between two files.
  workerIdleMemoryLimit: '400MB',
  testTimeout: 120_000,
  // A failed test may leave a killed engine's client open; the run must still end and say so.
  forceExit: true,
  projects: [
    {
      ...common,
      displayName: 'pure',
      testMatch: [
        '<rootDir>/domain/**/*.test.ts',
        '<rootDir>/test/pure/**/*.test.ts',
        '<rootDir>/test/simulation/**/*.test.ts',
      ],
    },
    {
      ...common,
      displayName: 'real',
      testMatch: ['<rootDir>/test/!(pure|support|simulation)/**/*.test.ts'],
      globalSetup: '<rootDir>/test/support/globalSetup.ts',
      globalTeardown: '<rootDir>/test/support/globalTeardown.ts',
    },
  ],
};
