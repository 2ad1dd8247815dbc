// The dashboard as it is served: built when there is no build, or one that is older than its sources.
import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from './wait.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FOLDER = join(ROOT, 'dashboard');
const PAGE = join(FOLDER, 'dist', 'index.html');
/** One process builds; the others wait for it. */
const LOCK = join(FOLDER, 'node_modules', '.building');
const BUILD_MS = 180_000;

async function changedAtMs(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return found?.mtimeMs ?? 0;
}

async function isCurrent(): Promise<boolean> {
  const names = await readdir(FOLDER, { recursive: true });
  const sources = names.filter((name) => !/^(dist|node_modules|\.cache)\b|\.test\.tsx?$/.test(name));
  const times = await Promise.all(sources.map((name) => changedAtMs(join(FOLDER, name))));
  return (await changedAtMs(PAGE)) > Math.max(...times);
}

async function takeLock(): Promise<boolean> {
  await mkdir(join(FOLDER, 'node_modules'), { recursive: true });
  // A lock that was left behind by a killed run is older than any build.
  if (Date.now() - (await changedAtMs(LOCK)) > BUILD_MS) await rm(LOCK, { recursive: true, force: true });
  return mkdir(LOCK).then(
    () => true,
    () => false,
  );
}

/** Resolves once `dashboard/dist` is what the sources say. */
export async function buildDashboard(): Promise<void> {
  await waitFor('the dashboard is built', BUILD_MS, async () => {
    if (await isCurrent()) return true;
    if (!(await takeLock())) return false;
    try {
      if (!(await isCurrent())) await promisify(execFile)(process.execPath, [join(FOLDER, 'build.ts')]);
    } finally {
      await rm(LOCK, { recursive: true, force: true });
    }
    return true;
  });
}
