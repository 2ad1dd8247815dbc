// Repeats the result as the very last line, in a form that a script can read without knowing the test runner.
// The line before it says how much of what the adapters are tested with was ever seen on the wire.
import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';
import { countFixtures, describeFixtures } from './count-fixtures.ts';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

function count(modules: readonly TestModule[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    const failedBefore = counts.failed;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed' || state === 'failed') counts[state] += 1;
      else counts.skipped += 1;
    }
    // A file that cannot be loaded, or whose hook fails, has no failed test that could be counted.
    if (counts.failed === failedBefore && !module.ok()) counts.failed += 1;
  }
  return counts;
}

/** Add it to the reporters. Errors outside any test, in set-up and tear-down too, count as failures. */
export class LastLineReporter implements Reporter {
  #counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  #fixtures = '';

  onInit(): void {
    process.once('exit', (code) => {
      const { passed, failed, skipped } = this.#counts;
      const failedAtLeast = code === 0 ? failed : Math.max(failed, 1);
      writeSync(1, `${this.#fixtures}${passed} passed, ${failedAtLeast} failed, ${skipped} skipped\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.#counts = count(modules);
    this.#counts.failed += unhandledErrors.length;
    this.#fixtures = `${describeFixtures(countFixtures())}\n`;
  }
}
