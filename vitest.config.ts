import { defineConfig } from 'vitest/config';
import { LastLineReporter } from './test/last-line-reporter.ts';

export default defineConfig({
  test: {
    include: ['server/src/**/*.test.ts', 'test/**/*.test.ts'],
    globalSetup: ['server/src/db/testing-setup.ts'],
    provide: { testDatabaseUrl: process.env.TEST_DATABASE_URL ?? '' },
    reporters: ['default', new LastLineReporter()],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
  },
});
