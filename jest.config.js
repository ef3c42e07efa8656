/** One jest run, two projects: pure tests need nothing, real ones get the stack started once. */
const transform = {
  '^.+\\.ts$': [
    '@swc/jest',
    { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
  ],
};
const common = { testEnvironment: 'node', transform, modulePathIgnorePatterns: ['<rootDir>/dist'] };

module.exports = {
  maxWorkers: 2,
  testTimeout: 60_000,
  projects: [
    {
      ...common,
      displayName: 'pure',
      testMatch: ['<rootDir>/domain/**/*.test.ts', '<rootDir>/test/pure/**/*.test.ts'],
    },
  ],
};
