// Makes the bundle that src/bundled.ts speaks of, in server/dist. The root's `prepare` runs it, so `npm ci` is enough;
// an installation without the bundler (`--omit=dev`) runs the sources. With `--if-stale` it does nothing where it is fresh.
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { BUNDLE_FOLDER, describeSources, findBundledCommands, SOURCES_FILE } from './src/bundled.ts';

const DIST = fileURLToPath(BUNDLE_FOLDER);
/** A bundle becomes `dist` when it is whole; a folder a process, since several may begin at once. */
const UNFINISHED = path.join(import.meta.dirname, `.bundle-${process.pid}`);
const RUN = path.join(import.meta.dirname, 'src', 'commands', 'run.ts');

/** Packages of many files that look for none beside themselves; all others stay in node_modules. */
const JOINED = /^(@opentelemetry\/api|ajv|ajv-formats|prom-client|typebox|undici)(\/|$)/;

/** The bundler, or undefined where it is not installed. */
async function findBundler() {
  try {
    return await import('rolldown');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

/** A module asks for files beside it by its own address, which stays that of the source. */
function keepAddress(code: string, id: string): string | null {
  if (id.includes('node_modules') || !code.includes('import.meta.url')) return null;
  const fromBundle = path.relative(DIST, id).replaceAll(path.sep, '/');
  return code.replaceAll('import.meta.url', `new URL(${JSON.stringify(fromBundle)}, import.meta.url).href`);
}

async function makeBundle(): Promise<void> {
  const bundler = await findBundler();
  if (bundler === undefined) {
    process.stderr.write('The server is not bundled: rolldown is not installed; it runs from its sources\n');
    return;
  }
  const sources = describeSources();
  const bundle = await bundler.rolldown({
    input: RUN,
    platform: 'node',
    external: (id) => !id.startsWith('.') && !path.isAbsolute(id) && !JOINED.test(id),
    plugins: [{ name: 'addresses', transform: keepAddress }],
  });
  await mkdir(UNFINISHED);
  await bundle.write({ dir: UNFINISHED, format: 'esm' });
  await writeFile(path.join(UNFINISHED, path.basename(SOURCES_FILE.pathname)), sources);
  await rm(DIST, { recursive: true, force: true });
  await rename(UNFINISHED, DIST);
}

const isFresh = process.argv.includes('--if-stale') && findBundledCommands() !== undefined;
if (!isFresh) await makeBundle();
