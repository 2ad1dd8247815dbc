import { expect, it } from 'vitest';
import { PICTURE_BYTES_MAX, PictureRoom } from './pictures.ts';

const EMPTY = { bytes: new Uint8Array(), contentType: 'image/png' };

/** A room whose pictures have the size that their address says, and a count of the pictures in memory. */
function openRoom() {
  const read: string[] = [];
  const room = new PictureRoom(async (url, admit) => {
    await admit(Number(url));
    read.push(url);
    return EMPTY;
  });
  return { room, read };
}

/** Lets every start go on that can. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

it('lets as many starts read as there is room for, and another as soon as one has ended', async () => {
  const { room, read } = openRoom();
  const ends: (() => void)[] = [];
  const size = String(PICTURE_BYTES_MAX);
  const starts = Array.from({ length: 6 }, () =>
    room.during({ input: { img_urls: [size] } }, async (readImage) => {
      await readImage(size);
      await new Promise<void>((resolve) => ends.push(resolve));
    }),
  );
  for (const inMemory of [2, 3, 4, 5, 6, 6]) {
    await settle();
    expect(read.length).toBe(inMemory);
    ends.shift()?.();
  }
  await Promise.all(starts);
});

it('lets starts with two pictures each finish', async () => {
  const { room, read } = openRoom();
  const input = { img_urls: ['1', '2'] };
  await Promise.all(
    Array.from({ length: 50 }, () =>
      room.during({ input }, async (readImage) => {
        await readImage('1');
        await settle();
        await readImage('2');
      }),
    ),
  );
  expect(read.length).toBe(100);
});

it('lets a start with more pictures than fit run alone', async () => {
  const { room, read } = openRoom();
  const many = Array.from({ length: 9 }, () => String(PICTURE_BYTES_MAX));
  await room.during({ input: { img_urls: many } }, async (readImage) => {
    for (const url of many) await readImage(url);
  });
  expect(read.length).toBe(9);
});

it('gives its room back when a start throws', async () => {
  const { room, read } = openRoom();
  const size = String(PICTURE_BYTES_MAX);
  for (let count = 0; count < 10; count++) {
    const start = room.during({ input: {} }, async (readImage) => {
      await readImage(size);
      throw new Error('broken');
    });
    await expect(start).rejects.toThrow('broken');
  }
  expect(read.length).toBe(10);
});
