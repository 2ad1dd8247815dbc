// Builds the dashboard into dashboard/dist, with a compressed copy of each file beside it. The root's `prepare` runs it,
// so `npm ci` is enough; an installation without Vite (`--omit=dev`) keeps what it was delivered with. With `--if-missing`
// (`npm start`) it builds only where there is nothing.
import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const DIST = join(import.meta.dirname, 'dist');
/** A build becomes `dist` when it is whole, so that nothing is served without its compressed copies. */
const UNFINISHED = join(import.meta.dirname, '.cache', 'dist');
const COMPRESSED = /\.(js|css|html|svg|json)$/;
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };

/** Vite, or undefined where it is not installed. */
async function findVite() {
  try {
    return await import('vite');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

async function compress(): Promise<void> {
  const names = await readdir(UNFINISHED, { recursive: true });
  await Promise.all(
    names
      .filter((name) => COMPRESSED.test(name))
      .map(async (name) => {
        const file = join(UNFINISHED, name);
        const bytes = await readFile(file);
        await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, BROTLI));
        await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }));
      }),
  );
}

async function build(): Promise<void> {
  // A build is for people, whatever this process is: under a test runner, React would come in its development form.
  process.env.NODE_ENV = 'production';
  const vite = await findVite();
  if (!vite) {
    process.stderr.write(
      'The dashboard is not built: Vite is not installed (npm ci without --omit=dev has it)\n',
    );
    return;
  }
  await vite.build({
    configFile: join(import.meta.dirname, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: UNFINISHED, emptyOutDir: true },
  });
  await compress();
  await rm(DIST, { recursive: true, force: true });
  await rename(UNFINISHED, DIST);
}

const isStart = process.argv.includes('--if-missing');
if (!isStart || !existsSync(join(DIST, 'index.html'))) {
  if (isStart) process.stdout.write('The dashboard is not built yet; building it takes some seconds\n');
  await build();
}
