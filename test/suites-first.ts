// The order of a whole run. The suites of test/ start processes and take minutes, so they begin first: one
// that began last would run alone, while cores of the machine are idle.
import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const SUITES = path.join(import.meta.dirname, path.sep);

export class SuitesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSuite = ({ moduleId }: TestSpecification) => moduleId.startsWith(SUITES);
    return [...sorted.filter(isSuite), ...sorted.filter((file) => !isSuite(file))];
  }
}
