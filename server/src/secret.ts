// The server's own secret, from which the keys of digests, links and sealed values are derived. From the environment,
// or made once and kept in the data folder, readable by this user alone.
import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { keepMark, wasUsedWithSecret } from './db/secret-mark.ts';
import { OperatorError } from './errors.ts';
import { deriveKey } from './lib/derive-key.ts';

const SECRET_FILE = 'secret';
const SECRET_FORM = /^[0-9a-f]{64}$/;

interface SecretPlace {
  /** REELAY_SECRET. */
  secret?: string;
  dataDir: string;
}

/**
 * The secret of this server, made now where there is none.
 * @throws OperatorError when the file in the data folder was not made by Reelay: a new secret would void every key.
 */
export async function loadSecret(place: SecretPlace): Promise<string> {
  const kept = await findSecret(place);
  if (kept !== undefined) return kept;
  await mkdir(place.dataDir, { recursive: true, mode: 0o755 });
  return await makeSecret(join(place.dataDir, SECRET_FILE));
}

/**
 * The secret of the environment or of the data folder, if there is one.
 * @throws OperatorError when the file in the data folder was not made by Reelay.
 */
export async function findSecret({ secret, dataDir }: SecretPlace): Promise<string | undefined> {
  if (secret !== undefined) return secret;
  const file = join(dataDir, SECRET_FILE);
  const kept = await readIfThere(file);
  if (kept !== undefined && !SECRET_FORM.test(kept))
    throw new OperatorError(`${file} does not hold a secret of this server; restore it from a backup`);
  return kept;
}

/** The mark by which the database recognises the secret, without revealing it. */
export function markOf(secret: string): string {
  return deriveKey(secret, 'mark of the secret');
}

/**
 * The secret that the database belongs to; its first one becomes that.
 * @throws OperatorError for any other, and for a lost one: a new secret would void every key and link.
 */
export async function loadSecretOf(pool: Pool, place: SecretPlace): Promise<string> {
  const secret = (await findSecret(place)) ?? (await makeFirstSecret(pool, place));
  if ((await keepMark(pool, markOf(secret))) !== markOf(secret))
    throw anotherSecret(place, 'is not the one that this database was used with');
  return secret;
}

/** Of processes that start at once on one folder, the one that looked before the secret was made looks once more. */
async function makeFirstSecret(pool: Pool, place: SecretPlace): Promise<string> {
  if (!(await wasUsedWithSecret(pool))) return await loadSecret(place);
  const made = await findSecret(place);
  if (made === undefined) throw anotherSecret(place, 'is missing');
  return made;
}

function anotherSecret({ secret, dataDir }: SecretPlace, fault: string): OperatorError {
  const name = secret === undefined ? `The secret in ${join(dataDir, SECRET_FILE)}` : 'REELAY_SECRET';
  const remedy =
    secret === undefined
      ? 'restore it from a backup, or set REELAY_SECRET as on the other nodes'
      : 'set the one of before';
  return new OperatorError(
    `${name} ${fault}: ${remedy}; "reelay secret adopt" says what is lost without it, and goes on with another`,
  );
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
