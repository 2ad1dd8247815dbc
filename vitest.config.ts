import { defineConfig } from 'vitest/config';
import { LastLineReporter } from './test/last-line-reporter.ts';

export default defineConfig({
  test: {
    include: ['server/src/**/*.test.ts', 'emulators/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['server/src/db/testing-setup.ts'],
    provide: { testDatabaseUrl: process.env.TEST_DATABASE_URL ?? '' },
    reporters: ['default', new LastLineReporter()],
    // Much of a run is waiting for processes; one worker for each core but one would leave half of two cores idle.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
  },
});
