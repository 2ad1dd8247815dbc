import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { countFixtures, describeFixtures } from './count-fixtures.ts';

/** A folder of files, removed at the end of the test. */
function plant(files: Record<string, object>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'reelay-fixtures-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, body] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), JSON.stringify(body));
  }
  return folder;
}

describe('the count of fixtures', () => {
  it('names each kind, even one without fixtures', () => {
    expect(describeFixtures(countFixtures(plant({ 'one/README.json': {} })))).toBe(
      'fixtures: 0 recorded, 0 from-docs, 0 invented',
    );
  });

  it('looks into every folder of every provider, and only at fixtures', () => {
    const folder = plant({
      'one/fixtures/start.ok.json': { obtained: 'from-docs' },
      'one/fixtures/poll.ok.json': { obtained: 'recorded' },
      'two/fixtures/form-a/start.ok.json': { obtained: 'invented' },
      'two/fixtures/form-b/start.ok.json': { obtained: 'invented' },
      'two/models.json': { obtained: 'recorded' },
    });
    expect(describeFixtures(countFixtures(folder))).toBe('fixtures: 1 recorded, 1 from-docs, 2 invented');
  });

  it('shows any other kind, so that it cannot pass for one of the three', () => {
    const folder = plant({
      'one/fixtures/start.ok.json': { obtained: 'remembered' },
      'one/fixtures/z.json': {},
    });
    expect(describeFixtures(countFixtures(folder))).toBe(
      'fixtures: 0 recorded, 0 from-docs, 0 invented, 1 remembered, 1 undefined',
    );
  });

  it('finds the fixtures of this repository, each of a known kind', () => {
    const counts = countFixtures();
    expect([...counts.keys()]).toEqual(['recorded', 'from-docs', 'invented']);
    expect((counts.get('from-docs') ?? 0) + (counts.get('invented') ?? 0)).toBeGreaterThan(100);
  });
});
