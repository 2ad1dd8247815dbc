// The bundle: the server's modules joined into a few files, which load in a third of the time of two thousand. It is
// a cache: used only while it was made from the very sources that lie here, and everything runs without it.
import { readdirSync, readFileSync, statSync } from 'node:fs';

/** Where bundle.ts writes it. */
export const BUNDLE_FOLDER = new URL('../dist/', import.meta.url);

/** In the bundle: {@link describeSources} at the time when it was made. */
export const SOURCES_FILE = new URL('sources.txt', BUNDLE_FOLDER);

const PARTS = ['./', '../../draft/', '../../sdk/src/', '../../mcp/src/'];
const LOCK_FILE = new URL('../../package-lock.json', import.meta.url);

/** One line for each source and for the versions of the packages: name, length in bytes, time of the last change. */
export function describeSources(): string {
  const sources = PARTS.flatMap((part) => {
    const folder = new URL(part, import.meta.url);
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|generated\.json)$/.test(name) && !name.endsWith('.test.ts'))
      .toSorted()
      .map((name) => describeFile(new URL(name, folder), name));
  });
  return [...sources, describeFile(LOCK_FILE, 'package-lock.json')].join('\n');
}

function describeFile(file: URL, name: string): string {
  const { size, mtimeMs } = statSync(file);
  return `${name} ${size} ${mtimeMs}`;
}

/** The bundled copy of commands/run.ts, or undefined where there is none or a source has changed since. */
export function findBundledCommands(): string | undefined {
  try {
    if (readFileSync(SOURCES_FILE, 'utf8') !== describeSources()) return undefined;
    return new URL('run.js', BUNDLE_FOLDER).href;
  } catch {
    return undefined;
  }
}
