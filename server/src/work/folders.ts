// The folders in which workers render. Several workers of a machine may share the data folder, and several machines too.
import { readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isAlive } from './worker.ts';

function folderOf(dataDir: string): string {
  return join(dataDir, 'work');
}

function nameOf(processId: number): string {
  return `${hostname()}.${processId}`;
}

/** That of this process. */
export function ownWorkFolder(dataDir: string): string {
  return join(folderOf(dataDir), nameOf(process.pid));
}

/** Removes what dead processes of this machine left of their renders. */
export async function removeWorkFolders(dataDir: string): Promise<void> {
  const folder = folderOf(dataDir);
  for (const name of await readdir(folder).catch(() => [])) {
    const processId = Number(name.split('.').at(-1));
    const isOfHere = name === nameOf(processId);
    if (!isOfHere || (processId !== process.pid && isAlive(processId))) continue;
    await rm(join(folder, name), { recursive: true, force: true });
  }
}
