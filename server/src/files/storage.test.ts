import { createHash, randomBytes } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { USER_AGENT } from '../lib/version.ts';
import { type FileStorage, isStorageKey } from './storage.ts';
import { createDiskStorage, pathOfKey } from './storage-disk.ts';
import { createS3Storage } from './storage-s3.ts';
import { type StartedStorage, startS3Server, startS3Storage } from './testing-s3.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-storage-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

const kinds: [string, () => Promise<StartedStorage>][] = [
  [
    'on disk',
    async () => ({ storage: createDiskStorage(join(folder, 'root')), stop: async () => undefined }),
  ],
  ['in a bucket', startS3Storage],
];

describe.each(kinds)('a storage %s', (_kind, start) => {
  let started: StartedStorage;
  let storage: FileStorage;

  beforeAll(async () => {
    started = await start();
    storage = started.storage;
  });

  afterAll(async () => {
    await started.stop();
  });

  async function put(key: string, content: Buffer | string): Promise<string> {
    const path = join(folder, randomBytes(8).toString('hex'));
    await writeFile(path, content);
    const sizeBytes = Buffer.byteLength(content);
    await storage.put(key, path, { contentType: 'video/mp4', sizeBytes });
    return path;
  }

  async function read(key: string, range?: { start: number; end: number }): Promise<Buffer> {
    const opened = await storage.open(key, range);
    if (opened === null) throw new Error(`${key} is not there`);
    return Buffer.concat(await opened.stream.toArray());
  }

  it('returns what was put, and takes the local file over', async () => {
    const path = await put('results/a1/video.mp4', 'moving pictures');
    expect((await read('results/a1/video.mp4')).toString()).toBe('moving pictures');
    await expect(access(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('streams an object of several megabytes unchanged', async () => {
    const content = randomBytes(5_000_000);
    await put('results/a2/large.mp4', content);
    const opened = await storage.open('results/a2/large.mp4');
    const hash = createHash('sha256');
    for await (const chunk of opened?.stream ?? []) hash.update(chunk);
    expect(opened?.sizeBytes).toBe(5_000_000);
    expect(hash.digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
  });

  it('returns any part, with the size of the whole', async () => {
    await put('uploads/a3.png', '0123456789');
    for (const [start, end] of [
      [0, 0],
      [0, 9],
      [3, 5],
      [9, 9],
    ] as const) {
      expect((await read('uploads/a3.png', { start, end })).toString()).toBe(
        '0123456789'.slice(start, end + 1),
      );
    }
    const part = await storage.open('uploads/a3.png', { start: 3, end: 5 });
    part?.stream.destroy();
    expect(part?.sizeBytes).toBe(10);
  });

  it('describes an object the same way with and without opening it', async () => {
    await put('uploads/a4.png', 'same');
    const head = await storage.head('uploads/a4.png');
    const opened = await storage.open('uploads/a4.png');
    opened?.stream.destroy();
    expect(head).toEqual({ sizeBytes: 4, etag: opened?.etag, modifiedAt: opened?.modifiedAt });
    expect(head?.etag).toMatch(/^"[^"]+"$/);
    expect(head?.modifiedAt).toBeInstanceOf(Date);
  });

  it('replaces an object whole and changes its ETag', async () => {
    await put('uploads/a5.png', 'first version');
    const before = await storage.head('uploads/a5.png');
    await put('uploads/a5.png', 'second');
    expect((await read('uploads/a5.png')).toString()).toBe('second');
    expect((await storage.head('uploads/a5.png'))?.etag).not.toBe(before?.etag);
  });

  it('finishes a read that began before the object was removed', async () => {
    await put('results/a6/video.mp4', randomBytes(300_000));
    const opened = await storage.open('results/a6/video.mp4');
    await storage.remove('results/a6/video.mp4');
    const read = await opened?.stream.toArray();
    expect(Buffer.concat(read ?? []).length).toBe(300_000);
  });

  it('returns null for a missing object, and removes it without an error', async () => {
    await put('results/a7/video.mp4', 'x');
    for (const key of [
      'results/a7/video.mp4',
      'results/a7/video.mp4',
      'results/never/was.mp4',
      'uploads/no.png',
    ]) {
      await storage.remove(key);
      expect(await storage.head(key)).toBeNull();
      expect(await storage.open(key)).toBeNull();
    }
  });

  it('fails, and shows no object, when the local file is missing', async () => {
    const about = { contentType: 'video/mp4', sizeBytes: 3 };
    await expect(storage.put('results/a8/video.mp4', join(folder, 'none'), about)).rejects.toThrow();
    expect(await storage.head('results/a8/video.mp4')).toBeNull();
  });

  it.each([
    '../outside',
    'uploads/../../outside',
    '/etc/passwd',
    'uploads/.hidden',
    'a//b',
    'a/',
    '',
    'A',
    'a\nb',
    'a%2e',
    'a\\b',
  ])('refuses the key %j in every operation', async (key) => {
    const path = join(folder, 'kept');
    await writeFile(path, 'kept');
    const operations = [
      async () => storage.put(key, path, { contentType: 'image/png', sizeBytes: 4 }),
      async () => storage.head(key),
      async () => storage.open(key),
      async () => storage.remove(key),
    ];
    for (const operation of operations) await expect(operation()).rejects.toThrow('not a storage key');
    await access(path);
  });
});

describe('a storage on disk', () => {
  const CLIP = { contentType: 'video/mp4', sizeBytes: 1 };

  it('shows no object that is a folder', async () => {
    const root = join(folder, 'tidy');
    await mkdir(join(root, pathOfKey('results/b1')), { recursive: true });
    expect(await createDiskStorage(root).head('results/b1')).toBeNull();
  });

  it('spreads results over two levels of folders, each key by itself', async () => {
    const keys = Array.from({ length: 2_000 }, (_, at) => `results/${at}/video.mp4`);
    const paths = keys.map((key) => pathOfKey(key));
    expect(new Set(paths).size).toBe(keys.length);
    for (const path of paths)
      expect(path).toMatch(/^results\/[0-9a-f]{2}\/[0-9a-f]\/results~\d+~video\.mp4$/);
    expect(new Set(paths.map((path) => dirname(path))).size).toBeGreaterThan(1_000);
  });

  it('flushes the file before its name is there, and then every folder with a new name', async () => {
    const root = join(folder, 'flushed');
    const key = 'results/f1/video.mp4';
    const path = join(root, pathOfKey(key));
    const flushes: string[] = [];
    const storage = createDiskStorage(root, async (flushed) => {
      const isThere = await access(path).then(
        () => 'after',
        () => 'before',
      );
      flushes.push(`${isThere} ${relative(folder, flushed)}`);
    });
    const put = async (name: string) => {
      await writeFile(join(folder, name), 'x');
      await storage.put(key, join(folder, name), CLIP);
    };
    await put('f1');
    const leaf = relative(folder, dirname(path));
    expect(flushes.splice(0)).toEqual([
      `before ${dirname(leaf)}`,
      `before ${dirname(dirname(leaf))}`,
      'before flushed',
      'before ',
      'before f1',
      `after ${leaf}`,
    ]);
    await storage.remove(key);
    await put('f2');
    expect(flushes.splice(0)).toEqual(['before f2', `after ${leaf}`]);
    await rm(join(root, 'results'), { recursive: true });
    await put('f3');
    expect(flushes).toHaveLength(5);
  });

  it('moves files in from another file system', async () => {
    // A second file system is not available everywhere; shared memory is, on Linux.
    const elsewhere = await mkdtemp('/dev/shm/reelay-');
    try {
      const storage = createDiskStorage(join(folder, 'across'));
      await writeFile(join(elsewhere, 'clip'), 'from afar');
      await storage.put('results/c1/video.mp4', join(elsewhere, 'clip'), {
        contentType: 'video/mp4',
        sizeBytes: 9,
      });
      const opened = await storage.open('results/c1/video.mp4');
      expect(Buffer.concat((await opened?.stream.toArray()) ?? []).toString()).toBe('from afar');
      expect(await readdir(dirname(join(folder, 'across', pathOfKey('results/c1/video.mp4'))))).toHaveLength(
        1,
      );
      expect(await readdir(elsewhere)).toEqual([]);
    } finally {
      await rm(elsewhere, { recursive: true });
    }
  });

  it('works where its root is a link to another folder', async () => {
    await mkdir(join(folder, 'real'));
    await symlink(join(folder, 'real'), join(folder, 'linked'));
    const storage = createDiskStorage(join(folder, 'linked'));
    await writeFile(join(folder, 'd1'), 'x');
    await storage.put('uploads/d1.png', join(folder, 'd1'), { contentType: 'image/png', sizeBytes: 1 });
    expect((await storage.head('uploads/d1.png'))?.sizeBytes).toBe(1);
  });
});

describe('a storage in a bucket', () => {
  it('fails at once when the local file cannot be read to its end', async () => {
    const server = await startS3Server();
    const storage = createS3Storage(server.settings);
    try {
      // A folder can be opened, and fails at the first read.
      const unreadable = storage.put('uploads/f1.png', folder, { contentType: 'image/png', sizeBytes: 10 });
      await expect(unreadable).rejects.toMatchObject({ code: 'EISDIR' });
    } finally {
      storage.close();
      await server.stop();
    }
  });

  it('distinguishes a missing bucket and unknown credentials from a missing object', async () => {
    const server = await startS3Server();
    const lost = createS3Storage({ ...server.settings, bucket: 'other' });
    const unknown = createS3Storage({ ...server.settings, accessKeyId: 'unknown' });
    try {
      await expect(lost.open('uploads/e1.png')).rejects.toThrow();
      await expect(unknown.open('uploads/e1.png')).rejects.toThrow();
    } finally {
      lost.close();
      unknown.close();
      await server.stop();
    }
  });
});

it('D1: names the client to a bucket', async () => {
  const seen: unknown[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers['user-agent']);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const about = { region: 'us-east-1', bucket: 'reel', accessKeyId: 'id', secretAccessKey: 'secret' };
  const storage = createS3Storage({ ...about, endpoint: `http://127.0.0.1:${port}` });
  try {
    expect(await storage.head('uploads/a.png')).toBeNull();
    expect(seen).toEqual([expect.stringContaining(USER_AGENT)]);
  } finally {
    storage.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

it('keeps files on disk in folders that no other user of the machine can enter', async () => {
  const path = join(folder, 'private.png');
  await writeFile(path, 'private');
  await createDiskStorage(join(folder, 'private')).put('uploads/p.png', path, {
    contentType: 'image/png',
    sizeBytes: 7,
  });
  for (const place of ['private', 'private/uploads']) {
    expect((await stat(join(folder, place))).mode & 0o077).toBe(0);
  }
});

describe('isStorageKey', () => {
  it('accepts the keys that files make, up to 200 characters', () => {
    expect(isStorageKey('uploads/0190c1e2-0000-7000-8000-000000000000.png')).toBe(true);
    expect(isStorageKey('results/0190c1e2-0000-7000-8000-000000000000/last_frame.png')).toBe(true);
    expect(isStorageKey('a'.repeat(200))).toBe(true);
    expect(isStorageKey('a'.repeat(201))).toBe(false);
  });
});
