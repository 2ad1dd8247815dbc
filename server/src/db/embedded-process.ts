// What can be seen of a postmaster from outside: its lock file, whether it lives, and the processes that it left
// behind. A process id alone proves nothing, because ids are reused: a process counts only when its command line or
// working folder names this cluster. No other process is ever signalled.
import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { pause } from '../lib/time.ts';

const execute = promisify(execFile);

export interface Postmaster {
  pid: number;
  port: number;
  /** `starting`, `ready`, `stopping` or `standby`; empty until PostgreSQL has written it. */
  status: string;
}

/** Errors which prove that a file or a process does not exist. Other errors prove nothing. */
const GONE = ['ENOENT', 'ENOTDIR', 'ESRCH'];

/** @throws when it cannot be read for a reason of our own, such as too many open files. */
async function readTextIfAny(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (GONE.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

async function readCommandLine(pid: number): Promise<string[]> {
  if (process.platform === 'linux') {
    const text = await readTextIfAny(`/proc/${pid}/cmdline`);
    return text === undefined ? [] : text.split('\0');
  }
  const found = await execute('ps', ['-ww', '-o', 'command=', '-p', String(pid)]).catch((error) => {
    // Its exit code 1 says that there is no such process; a word in its place says that it could not be asked.
    if (error.code === 1) return undefined;
    throw error;
  });
  return found === undefined ? [] : found.stdout.trim().split(' ');
}

/** Whether the process is a postmaster of this cluster folder. */
async function isPostmasterOf(pid: number, cluster: string): Promise<boolean> {
  const words = await readCommandLine(pid);
  if (words.length === 0 || path.basename(words[0] ?? '') !== 'postgres') return false;
  return words.includes(cluster) || words.join(' ').includes(` ${cluster} `);
}

/**
 * The running postmaster of the cluster, or undefined when its lock file is missing, stale or of another program: only
 * that is proof of its death. @throws when that cannot be seen now, such as for want of descriptors.
 */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readTextIfAny(path.join(cluster, 'postmaster.pid'));
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1 || !(await isPostmasterOf(pid, cluster))) return undefined;
  return { pid, port: Number(lines[3] ?? 0), status: (lines[7] ?? '').trim() };
}

/** Whether the last server of this cluster ended properly: byte 16 of the control file holds its state, 1 is shut down. */
export async function wasShutDown(cluster: string): Promise<boolean> {
  const control = await readFile(path.join(cluster, 'global', 'pg_control'));
  const isShutDown = 1;
  return control.readInt32LE(16) === isShutDown;
}

async function findClusterProcesses(cluster: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 1);
  const owned = await Promise.all(
    pids.map(async (pid) => {
      // Processes of other users cannot be read, and they do not belong to this cluster.
      const folder = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      if (folder !== cluster) return false;
      const program = (await readCommandLine(pid))[0] ?? '';
      return program.startsWith('postgres:') || path.basename(program) === 'postgres';
    }),
  );
  return pids.filter((_, index) => owned[index]);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Ends the processes that a killed postmaster left behind: they hold its shared memory, and no new server starts
 * while one of them lives. Call it only when `findPostmaster` found nothing. Resolves with how many there were.
 */
export async function endOrphans(cluster: string): Promise<number> {
  const first = await findClusterProcesses(cluster);
  let left = first;
  for (let round = 0; left.length > 0 && round < 200; round += 1) {
    for (const pid of left) signal(pid, 'SIGKILL');
    await pause(10);
    left = await findClusterProcesses(cluster);
  }
  return first.length;
}

async function isGone(pid: number, cluster: string, withinMs: number): Promise<boolean> {
  const until = performance.now() + withinMs;
  while (await isPostmasterOf(pid, cluster)) {
    if (performance.now() > until) return false;
    await pause(10);
  }
  return true;
}

/** Stops a postmaster: first by a fast shutdown, then an immediate one, then by SIGKILL. Takes about 40 s at most. */
export async function stopPostmaster(pid: number, cluster: string): Promise<void> {
  const steps: [NodeJS.Signals, number][] = [
    ['SIGINT', 25_000],
    ['SIGQUIT', 10_000],
    ['SIGKILL', 5_000],
  ];
  for (const [name, withinMs] of steps) {
    if (!(await isPostmasterOf(pid, cluster))) return;
    signal(pid, name);
    if (await isGone(pid, cluster, withinMs)) return;
  }
}
