// The server's own secret, from which the keys of digests, links and sealed values are derived. From the environment,
// or made once and kept in the data folder, readable by this user alone.
import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from './errors.ts';

const SECRET_FILE = 'secret';
const SECRET_FORM = /^[0-9a-f]{64}$/;

/** @throws OperatorError when the file in the data folder is not one of ours: a new secret would void every key. */
export async function loadSecret(options: { secret?: string; dataDir: string }): Promise<string> {
  if (options.secret !== undefined) return options.secret;
  await mkdir(options.dataDir, { recursive: true, mode: 0o755 });
  const file = join(options.dataDir, SECRET_FILE);
  const secret = (await readIfThere(file)) ?? (await makeSecret(file));
  if (!SECRET_FORM.test(secret))
    throw new OperatorError(`${file} does not hold a secret of this server; restore it from a backup`);
  return secret;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Written beside its place and linked there whole: a process that dies in between leaves no half secret, and of two
 * that start at once both end up with the secret of the first.
 */
async function makeSecret(file: string): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(randomBytes(32).toString('hex'));
    await handle.sync();
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
  return (await readFile(file, 'utf8')).trim();
}

/** A key for one purpose; nothing about the secret or the other keys follows from it. */
export function deriveKey(secret: string, purpose: string): string {
  return createHmac('sha256', secret).update(purpose).digest('hex');
}
