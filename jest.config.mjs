/** Tests run compiled (see tsconfig.test.json): failures and coverage name the .ts lines through the source maps. */
export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/dist-test/test'],
  testRegex: '\\.spec\\.js$',
  transform: {},
  setupFilesAfterEnv: ['<rootDir>/dist-test/test/support/quiet-logs.js'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['dist-test/src/**/*.js'],
  testTimeout: 120_000,
  // most tests wait for processes and disks; one worker a core keeps both busy, and a worker that grew gives way to a new one
  maxWorkers: '100%',
  workerIdleMemoryLimit: '1GB',
};
