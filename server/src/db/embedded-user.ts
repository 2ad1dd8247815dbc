// Which operating-system user runs the embedded PostgreSQL, and how a command is run as that user.
// PostgreSQL refuses to run as root. Started by root, it runs as `postgres` (made when it is missing), or as `nobody`.
// That user often cannot enter the folder of the checkout (/root is 0700 nearly everywhere). It then gets one
// capability that lets it through closed folders, and no other: nothing is copied and no folder is opened up.
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { OperatorError } from '../errors.ts';

const execute = promisify(execFile);

/** Nothing of this process's environment reaches PostgreSQL: a PGDATA or PGPORT in it would change what it does. */
export const BARE_ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
};

export interface SystemUser {
  uid: number;
  gid: number;
}

export interface Command {
  file: string;
  argumentsBefore: string[];
  identity: { uid?: number; gid?: number };
}

async function findUser(name: string): Promise<SystemUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([
      execute('id', ['-u', name], { env: BARE_ENVIRONMENT }),
      execute('id', ['-g', name], { env: BARE_ENVIRONMENT }),
    ]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}

async function createUser(name: string): Promise<SystemUser | undefined> {
  const options = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', name];
  try {
    await execute('useradd', options, { env: BARE_ENVIRONMENT });
  } catch {
    return undefined;
  }
  return findUser(name);
}

async function findOwner(folder: string): Promise<SystemUser | undefined> {
  try {
    const { uid, gid } = await stat(folder);
    return { uid, gid };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The user that must own and run the cluster in `folder`, or undefined when this process already runs as that user.
 * The owner of a folder that exists decides, so that data made in one way can be started in another.
 */
export async function chooseDatabaseUser(folder: string): Promise<SystemUser | undefined> {
  const owner = await findOwner(folder);
  const ownUid = process.getuid?.();
  if (ownUid === undefined) return undefined;
  if (ownUid !== 0) {
    if (owner === undefined || owner.uid === ownUid) return undefined;
    throw new OperatorError(
      `The database in ${folder} belongs to user ${owner.uid} and we are user ${ownUid}: start Reelay as that user or as root, or set DATA_DIR to a folder of your own.`,
    );
  }
  if (owner !== undefined && owner.uid !== 0) return owner;
  const user = (await findUser('postgres')) ?? (await createUser('postgres')) ?? (await findUser('nobody'));
  if (user !== undefined) return user;
  throw new OperatorError(
    'PostgreSQL does not run as root, and neither the user "postgres" nor "nobody" exists: start Reelay as an ordinary user, or set DATABASE_URL.',
  );
}

function permits(entry: { mode: number; uid: number; gid: number }, user: SystemUser): boolean {
  const bits = 0o5;
  if (entry.uid === user.uid) return ((entry.mode >> 6) & bits) === bits;
  if (entry.gid === user.gid) return ((entry.mode >> 3) & bits) === bits;
  return (entry.mode & bits) === bits;
}

/** The outermost folder on the way to `target` that is closed to the user, or undefined. */
async function findClosed(user: SystemUser, target: string): Promise<string | undefined> {
  const parent = path.dirname(target);
  const closed = parent === target ? undefined : await findClosed(user, parent);
  if (closed !== undefined) return closed;
  return permits(await stat(target), user) ? undefined : target;
}

/** Linux numbers of the two capabilities that lead through closed folders, the weaker one first. */
const PASSAGE_CAPABILITIES = [
  { name: 'dac_read_search', bit: 2n },
  { name: 'dac_override', bit: 1n },
];

async function findPassageCapability(): Promise<string | undefined> {
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const permitted = /^CapPrm:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (permitted === undefined) return undefined;
  const mask = BigInt(`0x${permitted}`);
  return PASSAGE_CAPABILITIES.find(({ bit }) => (mask >> bit) & 1n)?.name;
}

/**
 * How to start a program as `user` when it must reach all of `paths`. The program replaces the process that is
 * spawned, so the process id is the program's own. Throws an OperatorError when a path is closed to the user.
 */
export async function commandAs(user: SystemUser | undefined, paths: string[]): Promise<Command> {
  if (user === undefined) return { file: '', argumentsBefore: [], identity: {} };
  const found = await Promise.all(paths.map((target) => findClosed(user, target)));
  const closed = found.find((folder) => folder !== undefined);
  if (closed === undefined) return { file: '', argumentsBefore: [], identity: user };
  const capability = await findPassageCapability();
  const hasSetpriv = await execute('setpriv', ['--version'], { env: BARE_ENVIRONMENT }).then(
    () => true,
    () => false,
  );
  if (capability === undefined || !hasSetpriv) {
    throw new OperatorError(
      `PostgreSQL runs as user ${user.uid}, who may not enter ${closed}: move the checkout and DATA_DIR to a folder that is open to all (such as /srv), start Reelay as an ordinary user, or set DATABASE_URL.`,
    );
  }
  // access(2) looks at the real user and ignores ambient capabilities unless the set-uid fix-up is off.
  return {
    file: 'setpriv',
    argumentsBefore: [
      `--reuid=${user.uid}`,
      `--regid=${user.gid}`,
      '--clear-groups',
      '--securebits=+no_setuid_fixup',
      `--inh-caps=-all,+${capability}`,
      `--ambient-caps=-all,+${capability}`,
      `--bounding-set=-all,+${capability}`,
    ],
    identity: {},
  };
}

/** The file and arguments to spawn for `program`, as decided by `commandAs`. */
export function spell(command: Command, program: string, programArguments: string[]): [string, string[]] {
  if (command.file === '') return [program, programArguments];
  return [command.file, [...command.argumentsBefore, program, ...programArguments]];
}
