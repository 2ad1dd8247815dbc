import { defineConfig } from 'vitest/config';
import { LastLineReporter } from './test/last-line-reporter.ts';
import { LongestFirst } from './test/longest-first.ts';

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: 'drawing', include: ['draft/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'serving',
          include: ['{server,dashboard,emulators,test}/**/*.test.ts'],
          // A worker keeps the modules that it has loaded: three hundred files loaded the whole server each. No module may
          // keep a state that a test of another file could see, and what measures memory does so in a process of its own,
          // or with the few modules of the renderer.
          isolate: false,
        },
      },
    ],
    setupFiles: ['test/check-answers.ts'],
    globalSetup: ['server/src/db/testing-setup.ts'],
    provide: { testDatabaseUrl: process.env.TEST_DATABASE_URL ?? '' },
    reporters: ['default', new LastLineReporter()],
    // A worker a core leaves a fifth of two cores idle; more than two a core only make what runs behind (renders) starve.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // They end what hangs, and judge nothing: a busy machine takes its time. A time that is promised is measured by its test.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    teardownTimeout: 30_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
