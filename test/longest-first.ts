// The order of a whole run: the longest first. A file that began last would run alone, while cores of the machine are
// idle. The suites of test/ start processes and take minutes, so they begin before the tests of the parts.
import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const ROOT = path.join(import.meta.dirname, '..');

/** Files that take more than twenty seconds, longest first, as a run on two cores found them; the order of the rest hardly matters. */
const LONGEST = [
  'test/chaos/crashes.test.ts',
  'test/acceptance/seeds.test.ts',
  'test/dashboard/playground.test.ts',
  'test/dashboard/quality.test.ts',
  'test/unknown/unknown.test.ts',
  'test/hostile/results.test.ts',
  'test/upstreams/outcomes.test.ts',
  'test/acceptance/tasks.test.ts',
  'test/dashboard/tasks.test.ts',
  'test/chaos/nodes.test.ts',
  'test/hostile/memory.test.ts',
  'test/answers/answers.test.ts',
  'test/hostile/accounts.test.ts',
  'test/dashboard/callbacks-templates.test.ts',
  'test/chaos/endurance.test.ts',
  'test/acceptance/operator.test.ts',
  'test/everything/everything.test.ts',
  'test/hostile/ids.test.ts',
  'test/acceptance/browser.test.ts',
  'test/sdk/sdk.test.ts',
  'test/foreign/doors.test.ts',
  'server/src/commands/credentials.test.ts',
  'draft/renderer.test.ts',
  'draft/scenes/places.test.ts',
  'server/src/db/embedded.test.ts',
  'server/src/tasks/ledger-model.test.ts',
  'server/src/doors/operator/operator.test.ts',
  'server/src/http/rate.test.ts',
];

/** The suites first; files that share a worker last, since a worker is kept only for a next file of them. */
const GROUPS = ['test/', 'draft/', ''];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // In each group what is listed, in its order, and then the rest.
    const rank = ({ moduleId }: TestSpecification): number => {
      const file = path.relative(ROOT, moduleId).replaceAll(path.sep, '/');
      const listed = LONGEST.indexOf(file);
      const group = GROUPS.findIndex((folder) => file.startsWith(folder));
      return group * (LONGEST.length + 1) + (listed === -1 ? LONGEST.length : listed);
    };
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
