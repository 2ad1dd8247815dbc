import { defineConfig } from 'vitest/config';
import { LastLineReporter } from './test/last-line-reporter.ts';
import { SuitesFirst } from './test/suites-first.ts';

export default defineConfig({
  test: {
    include: ['server/src/**/*.test.ts', 'emulators/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['server/src/db/testing-setup.ts'],
    provide: { testDatabaseUrl: process.env.TEST_DATABASE_URL ?? '' },
    reporters: ['default', new LastLineReporter()],
    // Much of a run is waiting for processes; a worker a core would leave some of two cores idle.
    maxWorkers: 3,
    sequence: { sequencer: SuitesFirst },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
  },
});
