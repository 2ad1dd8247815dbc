// What the system reports about a running process: its time and its memory.
import { readdirSync, readFileSync } from 'node:fs';

/** Ticks per second of /proc: fixed for programs, whatever the kernel uses. */
const TICKS = 100;

interface ProcessTimes {
  parent: number;
  ownTicks: number;
  /** Of children that have ended. */
  childTicks: number;
}

function readTimes(pid: number | string): ProcessTimes | undefined {
  try {
    // The name is in brackets and may contain anything; the fields are counted after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [parent, user, system, childUser, childSystem] = [1, 11, 12, 13, 14].map((at) =>
      Number(fields[at]),
    );
    return { parent, ownTicks: user + system, childTicks: childUser + childSystem };
  } catch {
    // Not Linux, or it has just ended: nothing is known about it.
    return undefined;
  }
}

/** CPU seconds of a process so far, with its children if asked; 0 if the system does not report them. */
export function cpuSeconds(pid: number, withChildren = false): number {
  const own = readTimes(pid);
  if (!own) return 0;
  if (!withChildren) return own.ownTicks / TICKS;
  const others = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = others.map(readTimes).filter((times) => times?.parent === pid);
  const living = children.reduce((sum, times) => sum + (times?.ownTicks ?? 0), 0);
  return (own.ownTicks + own.childTicks + living) / TICKS;
}

/** CPU milliseconds of a process so far, exact to a fraction; 0 if the system does not report them. */
export function cpuMilliseconds(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    // Not Linux, or it has just ended.
    return 0;
  }
}

/** The process that started another; undefined if the system does not report it. */
export function parentOf(pid: number): number | undefined {
  return readTimes(pid)?.parent;
}

/** Memory that a process holds now, in MiB; not a number if the system does not report it. */
export function residentMib(pid: number): number {
  try {
    const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib) / 1024;
  } catch {
    return Number.NaN;
  }
}
