import { defineConfig } from 'vitest/config';
import { LastLineReporter } from './test/last-line-reporter.ts';
import { SuitesFirst } from './test/suites-first.ts';

export default defineConfig({
  test: {
    include: [
      'server/src/**/*.test.ts',
      'draft/**/*.test.ts',
      'dashboard/src/**/*.test.ts',
      'emulators/**/*.test.ts',
      'test/**/*.test.ts',
    ],
    setupFiles: ['test/check-answers.ts'],
    globalSetup: ['server/src/db/testing-setup.ts'],
    provide: { testDatabaseUrl: process.env.TEST_DATABASE_URL ?? '' },
    reporters: ['default', new LastLineReporter()],
    // Much of a run is waiting for processes and disks: a worker a core left a fifth of two cores idle.
    maxWorkers: 4,
    sequence: { sequencer: SuitesFirst },
    // They end what hangs, and judge nothing: a busy machine takes its time. A time that is promised is measured by its test.
    testTimeout: 180_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
