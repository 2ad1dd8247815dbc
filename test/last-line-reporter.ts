// Says the result once more as the very last line, in a form that a script can read without knowing the test runner.
import type { Reporter, TestModule } from 'vitest/node';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

function count(modules: readonly TestModule[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    let failedBefore = counts.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed' || state === 'failed') counts[state] += 1;
      else counts.skipped += 1;
    }
    // A file that cannot be loaded, or whose hook fails, has no failed test of its own to be counted.
    failedBefore = counts.failed - failedBefore;
    if (failedBefore === 0 && !module.ok()) counts.failed += 1;
  }
  return counts;
}

/** Add it after the default reporter. Errors outside of any test count as failures. */
export class LastLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const { passed, failed, skipped } = count(modules);
    process.stdout.write(`${passed} passed, ${failed + unhandledErrors.length} failed, ${skipped} skipped\n`);
  }
}
