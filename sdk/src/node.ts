// What Node has beyond the platform that all share. It is asked for at run time, so that the package can be bundled for
// pages and edges, where only the calls that need a disk are refused.
import { ReelayError } from './errors.ts';

interface FileHandle {
  write(bytes: Uint8Array): Promise<unknown>;
  close(): Promise<void>;
}

interface Hash {
  update(bytes: Uint8Array): Hash;
  digest(form: 'hex'): string;
}

interface Disk {
  open(path: string, flags: string): Promise<FileHandle>;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
}

export interface NodeParts {
  disk: Disk;
  createReadStream(path: string): AsyncIterable<Uint8Array>;
  createHash(name: 'sha256'): Hash;
}

interface Builtins {
  process?: { getBuiltinModule?(name: string): unknown };
}

/** The disk and hashes of Node. @throws ReelayError where there is none */
export function findNode(): NodeParts {
  const find = (globalThis as Builtins).process?.getBuiltinModule;
  if (find === undefined)
    throw new ReelayError('Paths of files need Node 20.16 or later: use bytes or a Blob');
  const { createReadStream } = find('node:fs') as Pick<NodeParts, 'createReadStream'>;
  const { createHash } = find('node:crypto') as Pick<NodeParts, 'createHash'>;
  return { disk: find('node:fs/promises') as Disk, createReadStream, createHash };
}
