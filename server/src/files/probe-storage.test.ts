// C7: the check of the storage by doctor does what the server will do with it.
import { mkdir, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { OperatorError } from '../errors.ts';
import { probeStorage } from './probe-storage.ts';
import { createDiskStorage } from './storage-disk.ts';
import { createS3Storage, type S3StorageSettings } from './storage-s3.ts';
import { startS3Server } from './testing-s3.ts';

const folder = await mkdtemp(join(inject('testServer').folder, 'probe-'));
const s3 = await startS3Server();
afterAll(s3.stop);

async function probeS3(change: Partial<S3StorageSettings>): Promise<string> {
  const storage = createS3Storage({ ...s3.settings, ...change });
  try {
    return await probeStorage(storage, { name: 'S3 bucket x', folder: join(folder, 'work') });
  } finally {
    storage.close();
  }
}

/** An object store that refuses everything with this error of S3. */
async function refuseWith(status: number, code: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(status, { 'content-type': 'application/xml' });
      response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('C7: the check of the storage', () => {
  it('C7: puts, reads and removes an object on disk and on S3, and leaves nothing', async () => {
    const root = join(folder, 'disk');
    const place = { name: 'disk', folder: join(folder, 'work') };
    expect(await probeStorage(createDiskStorage(root), place)).toBe('disk: put, read and removed an object');
    const left = await readdir(root, { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
    expect(await probeS3({})).toContain('S3 bucket x: put, read and removed');
    expect(await readdir(place.folder)).toEqual([]);
  });

  it('C7: says what is wrong with a folder', async () => {
    const root = join(folder, 'file');
    await mkdir(folder, { recursive: true });
    await writeFile(root, '');
    const probing = probeStorage(createDiskStorage(root), { name: 'disk', folder });
    await expect(probing).rejects.toThrow('disk: an object could not be put: there is a file where a folder');
    await expect(probing).rejects.toBeInstanceOf(OperatorError);
  });

  it.each<[string, Partial<S3StorageSettings>, RegExp]>([
    ['a bucket that is not there', { bucket: 'nowhere' }, /no such bucket; create it/],
    ['an unknown access key', { accessKeyId: 'WRONG' }, /check REELAY_S3_ACCESS_KEY_ID \(403/],
    ['nothing at the address', { endpoint: 'http://127.0.0.1:9' }, /nothing listens there.*ECONNREFUSED/],
  ])('C7: says what is wrong with %s', async (_title, change, sentence) => {
    await expect(probeS3(change)).rejects.toThrow(sentence);
  });

  it.each([
    [403, 'SignatureDoesNotMatch', /check REELAY_S3_SECRET_ACCESS_KEY \(403/],
    [403, 'RequestTimeTooSkewed', /the clock of this machine is wrong/],
    [403, 'AccessDenied', /may not do this/],
    [301, 'PermanentRedirect', /another region; set REELAY_S3_REGION/],
    [400, 'AuthorizationHeaderMalformed', /another region/],
  ])('C7: says what %d %s means', async (status, code, sentence) => {
    await expect(probeS3({ endpoint: await refuseWith(status, code) })).rejects.toThrow(sentence);
  });
});
