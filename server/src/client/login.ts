// Which key a client's command uses: that of the environment, or the one that `reelay login` has put into a file that its
// owner alone can read. A key is never an argument, since arguments stay in histories and lists of processes.
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Reelay } from '../../../sdk/src/sdk.ts';
import { isObject, parseOwnJson } from '../lib/json.ts';
import { ClientFault } from './faults.ts';

const DATA_FOLDER = 'data';
const OWNER_ONLY = 0o600;

export interface Login {
  apiKey: string;
  baseUrl: string | undefined;
}

function loginFile(): string {
  return join(homedir(), '.config', 'reelay', 'login.json');
}

/** The environment's key, or that of the file. */
export function findLogin(): Login | undefined {
  const { REELAY_API_KEY: apiKey, REELAY_BASE_URL: baseUrl } = process.env;
  if (apiKey) return { apiKey, baseUrl };
  if (!existsSync(loginFile())) return undefined;
  const kept = parseOwnJson(readFileSync(loginFile(), 'utf8'));
  if (!isObject(kept) || typeof kept.api_key !== 'string')
    throw new ClientFault('refused', `${loginFile()} has another form: reelay login writes it again`);
  return { apiKey: kept.api_key, baseUrl: baseUrl ?? String(kept.base_url) };
}

/**
 * Whether the groups that operators have too (`tasks`, `models`, `templates`) are the client's: with REELAY_API_KEY set, or
 * where there is no database (no DATABASE_URL, no DATA_DIR, no folder `data`), which an operator's command would make.
 */
export function actsAsClient(): boolean {
  const { REELAY_API_KEY: key, DATABASE_URL: database, DATA_DIR: folder } = process.env;
  return Boolean(key) || !(database || folder || existsSync(DATA_FOLDER));
}

/** The client of the key that is known. @throws ClientFault when none is */
export async function openClient(): Promise<Reelay> {
  const login = findLogin();
  if (login === undefined)
    throw new ClientFault('refused', 'No key is known: reelay login keeps one, or set REELAY_API_KEY');
  return createClient(login);
}

export async function createClient(login: Login): Promise<Reelay> {
  const { Reelay } = await import('../../../sdk/src/sdk.ts');
  return new Reelay(login);
}

/** Keeps a key that the server knows. Answers with the file. */
export async function keepLogin({ apiKey, baseUrl }: Login): Promise<string> {
  const file = loginFile();
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${JSON.stringify({ api_key: apiKey, base_url: baseUrl }, undefined, 2)}\n`, {
    mode: OWNER_ONLY,
  });
  // A file that was there before keeps its mode when it is written.
  await chmod(file, OWNER_ONLY);
  return file;
}

export async function forgetLogin(): Promise<string> {
  await rm(loginFile(), { force: true });
  return loginFile();
}
