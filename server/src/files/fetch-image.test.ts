import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, expect, test } from 'vitest';
import { SAMPLE_CLIP, SAMPLE_SOUND } from '../../../draft/samples/samples.ts';
import { createGuardedFetch } from '../lib/guarded-fetch.ts';
import { fetchInput, readImage } from './fetch-image.ts';
import type { Files } from './files.ts';
import type { OwnFile } from './reading.ts';

const folder = await mkdtemp(join(tmpdir(), 'reelay-image-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const guardedFetch = createGuardedFetch({ allowLoopback: false });
const signal = new AbortController().signal;

/** Files in which every address is a link to this file. */
function holding(file: Partial<OwnFile>): Files {
  return { openOwn: () => Promise.resolve(file) } as unknown as Files;
}

test('a link of the own server is read without the network', async () => {
  const files = holding({ sizeBytes: 3, stream: Readable.from([Buffer.from('abc')]) });
  const path = join(folder, 'own');
  await fetchInput(
    { files, guardedFetch },
    { kind: 'picture', url: 'http://here/files/a', path, testMode: false, signal },
  );
  expect(await readFile(path, 'utf8')).toBe('abc');
});

test('an own file that is larger than any picture may be is refused before it is copied', async () => {
  const stream = Readable.from([Buffer.from('abc')]);
  const files = holding({ sizeBytes: 51 * 1024 * 1024, stream });
  const image = {
    kind: 'picture' as const,
    url: 'http://here/files/a?signature=s',
    path: join(folder, 'big'),
    testMode: false,
    signal,
  };
  await expect(fetchInput({ files, guardedFetch }, image)).rejects.toThrow(
    'The picture at here/files/a cannot be used: it is larger than the 52428800 bytes allowed',
  );
  expect(stream.destroyed).toBe(true);
});

test.each(['clip', 'sound'] as const)(
  'a sample address of a %s stands for the bundled one, on test keys',
  async (kind) => {
    const path = join(folder, `sample-${kind}`);
    const wanted = { kind, url: 'https://example.com/a', path, testMode: true, signal };
    const { note } = await fetchInput({ files: holding({}), guardedFetch }, wanted);
    expect(note).toContain('example.com/a stands for the bundled sample');
    expect(
      (await readFile(path)).equals(await readFile((kind === 'clip' ? SAMPLE_CLIP : SAMPLE_SOUND).file)),
    ).toBe(true);
  },
);

/** The same, with a folder for staged files. */
function staging(file: Partial<OwnFile>): Files {
  return { ...holding(file), newStagingPath: () => join(folder, 'staged') } as unknown as Files;
}

const PNG = Buffer.from('89504e470d0a1a0a00', 'hex');

test('the bytes of a picture are read once there is room for them, and nothing is left on disk', async () => {
  const files = staging({ sizeBytes: PNG.length, stream: Readable.from([PNG]) });
  const asked: number[] = [];
  const admit = async (bytes: number) => {
    expect(await readdir(folder)).toContain('staged');
    asked.push(bytes);
  };
  const picture = await readImage({ files, guardedFetch }, 'http://here/files/a', admit);
  expect(picture).toEqual({ bytes: PNG, contentType: 'image/png' });
  expect(asked).toEqual([PNG.length]);
  expect(await readdir(folder)).not.toContain('staged');
});

test.each([
  [{ sizeBytes: 21 * 1024 * 1024, stream: Readable.from([PNG]) }, 'larger than the 20971520 bytes allowed'],
  [{ sizeBytes: 3, stream: Readable.from([Buffer.from('abc')]) }, 'it is not a picture'],
])('bytes for a provider that are %j are refused: %s', async (file, reason) => {
  const read = readImage(
    { files: staging(file), guardedFetch },
    'http://here/files/a',
    async () => undefined,
  );
  await expect(read).rejects.toMatchObject({
    name: 'InputUnreadable',
    message: expect.stringContaining(reason),
  });
  expect(await readdir(folder)).not.toContain('staged');
});
