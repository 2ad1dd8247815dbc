// One server per data folder. The lock is a listening local socket whose name is made from the folder: the
// kernel frees it the moment its process dies, however it dies, so there is never a stale lock.
// A process that connects gets the holder's process id, for the message with which it then ends.
import { createHash } from 'node:crypto';
import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { OperatorError } from '../errors.ts';

export interface FolderLock {
  release(): Promise<void>;
}

function nameOf(folder: string): string {
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 24);
  // Linux has socket names outside the file system; elsewhere a file is left behind by a killed process.
  return process.platform === 'linux' ? `\0reelay-${digest}` : path.join(tmpdir(), `reelay-${digest}.sock`);
}

function listen(name: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(String(process.pid));
    });
    server.once('error', reject);
    server.listen(name, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** The process id of the holder, an empty text when it does not say, or undefined when no process listens. */
function askHolder(name: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(name);
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1').slice(0, 20);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(undefined);
    });
    socket.on('close', () => resolve(answer));
  });
}

/** Takes the lock of a data folder (a real path); throws an OperatorError that names the holder when it is taken. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const name = nameOf(folder);
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const server = await listen(name);
      return { release: () => new Promise((resolve) => server.close(() => resolve())) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
    const holder = await askHolder(name);
    if (holder !== undefined) {
      const who = holder === '' ? 'Another Reelay' : `Another Reelay (process ${holder})`;
      throw new OperatorError(
        `${who} already uses ${folder}: stop it, or set DATA_DIR to another folder. Several servers share one database through DATABASE_URL.`,
      );
    }
    if (process.platform !== 'linux') await unlink(name).catch(() => undefined);
  }
  throw new OperatorError(`The data folder ${folder} stays locked: stop the other Reelay, or set DATA_DIR.`);
}
