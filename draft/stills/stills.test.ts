// Pictures as files: their form, their size, their number, and what is done to a picture of the user's own.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import type { StillJob } from '../job.ts';
import { planPrompt } from '../plan/plan-prompt.ts';
import { fileOfSample } from '../samples/samples.ts';
import { chooseEdit } from './choose-edit.ts';
import { renderStills } from './render-stills.ts';

const folders: string[] = [];
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))));

async function render(job: Partial<StillJob>) {
  const outDir = await mkdtemp(join(tmpdir(), 'reelay-stills-'));
  folders.push(outDir);
  const counted: number[] = [];
  const result = await renderStills(
    {
      width: 192,
      height: 128,
      followsPicture: false,
      format: 'png',
      count: 1,
      seed: 7,
      prompt: 'a lake at sunset',
      images: [],
      mark: false,
      outDir,
      ...job,
    },
    (done) => counted.push(done),
  );
  return { result, counted };
}

/** How far two pictures of one size are apart, in steps of 255. */
async function distance(one: string | Buffer, other: string | Buffer): Promise<number> {
  const read = (file: string | Buffer) =>
    sharp(file).removeAlpha().resize(64, 64, { fit: 'fill' }).raw().toBuffer();
  const [first, second] = [await read(one), await read(other)];
  let sum = 0;
  for (const [at, value] of first.entries()) sum += Math.abs(value - second[at]);
  return sum / first.length;
}

describe('pictures of a prompt', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('are files of the form %s and of the size', async (format) => {
    const { result, counted } = await render({ format, width: 208, height: 96 });
    expect(await sharp(result.picturePaths[0]).metadata()).toMatchObject({ format, width: 208, height: 96 });
    expect(result).toMatchObject({ width: 208, height: 96, scene: 'lake', notes: [] });
    expect(counted).toEqual([1]);
  });

  it('are as many as asked for, each another one, and the same again for the same seed', async () => {
    const first = await render({ count: 2 });
    const again = await render({ count: 1, seed: 8 });
    const [one, two] = first.result.picturePaths;
    expect(await distance(one, two)).toBeGreaterThan(2);
    expect(await readFile(again.result.picturePaths[0])).toEqual(await readFile(two));
    expect(first.counted).toEqual([1, 2]);
  });
});

describe('a picture of the user', () => {
  const images = [fileOfSample('coffee')];

  it.each([
    ['make it night', { kind: 'relight', time: 'night' }],
    ['als Bleistift-Zeichnung', { kind: 'restyle', look: 'sketch' }],
    ['变成水彩画', { kind: 'restyle', look: 'watercolour' }],
    ['a vintage look', { kind: 'restyle', look: 'vintage' }],
    ['turn it blue', { kind: 'recolour', color: '#2f6fe4' }],
    ['put it on a beach', { kind: 'scene' }],
    ['xyzzy', { kind: 'relight', time: 'sunset' }],
  ])('is changed as "%s" says', (prompt, edit) => {
    expect(chooseEdit(prompt, planPrompt(prompt)).edit).toEqual(edit);
  });

  it('keeps its shape where no ratio is asked for, and is visibly changed', async () => {
    const { result } = await render({ images, followsPicture: true, prompt: 'make it night' });
    const own = await sharp(images[0]).metadata();
    expect(result.width / result.height).toBeCloseTo(own.width / own.height, 1);
    expect(result.width * result.height).toBeCloseTo(192 * 128, -4);
    expect(result).toMatchObject({ edit: 'relight', understood: [{ word: 'night', as: 'time: night' }] });
    expect(await distance(result.picturePaths[0], images[0])).toBeGreaterThan(20);
  });

  it('stands in the scene of the prompt', async () => {
    const { result } = await render({ images: [fileOfSample('person')], prompt: 'in a forest' });
    expect(result).toMatchObject({ edit: 'scene', scene: 'forest' });
  });

  it('is changed in a default way, with a note, when the prompt names no change', async () => {
    const { result } = await render({ images, prompt: 'xyzzy' });
    expect(result).toMatchObject({ edit: 'relight', notes: [expect.stringContaining('evening light')] });
  });
});

describe('the tools', () => {
  const read = (file: string) => sharp(file).raw().toBuffer({ resolveWithObject: true });

  it('cut a person out, so that the background is clear and the face is not', async () => {
    const { result } = await render({ images: [fileOfSample('person')], tool: { kind: 'cut-out' } });
    const { data, info } = await read(result.picturePaths[0]);
    const alphaAt = (x: number, y: number): number =>
      data[(Math.round(y * info.height) * info.width + Math.round(x * info.width)) * 4 + 3];
    expect(info.channels).toBe(4);
    expect(alphaAt(0.04, 0.1)).toBeLessThan(20);
    expect(alphaAt(0.5, 0.4)).toBeGreaterThan(235);
    expect(result).toMatchObject({ edit: 'cut-out', notes: [] });
  });

  it('cut out what stands before an even background, and say so where they find neither', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reelay-tools-'));
    folders.push(folder);
    const goods = join(folder, 'goods.png');
    const red = await sharp({ create: { width: 60, height: 60, channels: 3, background: '#c02020' } })
      .png()
      .toBuffer();
    await sharp({ create: { width: 160, height: 120, channels: 3, background: '#f4f4f0' } })
      .composite([{ input: red, left: 50, top: 30 }])
      .toFile(goods);
    const { result } = await render({ images: [goods, fileOfSample('lake')], tool: { kind: 'cut-out' } });
    const { data, info } = await read(result.picturePaths[0]);
    expect(data[3]).toBe(0);
    expect(data[(60 * info.width + 80) * 4 + 3]).toBe(255);
    expect(result.notes.join()).toContain('given back whole');
  });

  it('enlarge a picture by the factor, sharper than plain stretching does', async () => {
    const { result } = await render({ images: [fileOfSample('cat')], tool: { kind: 'upscale', factor: 2 } });
    const before = await sharp(fileOfSample('cat')).metadata();
    expect(result).toMatchObject({ edit: 'upscale', width: before.width * 2, height: before.height * 2 });
    const stretched = await sharp(fileOfSample('cat'))
      .resize(result.width, result.height, { fit: 'fill', kernel: 'linear' })
      .toBuffer();
    const detail = async (file: string | Buffer): Promise<number> =>
      (await sharp(file).removeAlpha().greyscale().stats()).sharpness;
    expect(await detail(result.picturePaths[0])).toBeGreaterThan((await detail(stretched)) * 1.1);
  });
});
