// Counts the recorded exchanges that the adapters of providers are tested with, by how each was obtained.
// What is not recorded was never seen on the wire, and the end of a test run says how much that is.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const PROVIDERS_FOLDER = path.join(import.meta.dirname, '..', 'server', 'src', 'providers');
/** From the best proof to the worst; see `Fixture.obtained` in recording/fixture-form.ts. */
const KINDS = ['recorded', 'from-docs', 'invented'];
const FIXTURE = /(^|[\\/])fixtures[\\/].*\.json$/;

/** The number of fixtures of each kind, known kinds first. @throws when a file is not JSON. */
export function countFixtures(folder = PROVIDERS_FOLDER): Map<string, number> {
  const counts = new Map(KINDS.map((kind) => [kind, 0]));
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => FIXTURE.test(name)).sort()) {
    const { obtained } = JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
    counts.set(String(obtained), (counts.get(String(obtained)) ?? 0) + 1);
  }
  return counts;
}

/** The line of the counts: `fixtures: 0 recorded, 210 from-docs, 95 invented`. */
export function describeFixtures(counts: ReadonlyMap<string, number>): string {
  return `fixtures: ${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}`;
}
