import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { effectIds, isEffectId, readInputRange } from '../../../../draft/effects/effects.ts';
import type { JsonObject } from '../../lib/json.ts';
import {
  consumeItemsOf,
  ownMediaOf,
  problemsOfEffect,
  problemsOfKling,
  problemsOfVidu,
  readShippedTemplates,
  rulesOf,
  TEMPLATE_MEDIA_FOLDER,
} from '../templates.ts';

const templates = readShippedTemplates();

function mediaFile(name: unknown): string {
  return fileURLToPath(new URL(String(name), TEMPLATE_MEDIA_FOLDER));
}

function readRatio(text: unknown): number {
  const [width, height] = String(text).split(':').map(Number);
  return width / height;
}

describe('the shipped templates', () => {
  it('have ids, and media and service ids, of digits, each once', () => {
    for (const field of ['TemplateId', 'MediaId', 'ServiceId']) {
      const ids = templates.map((item) => item[field]);
      for (const id of ids) expect(id).toMatch(/^\d{1,20}$/);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('are at least fourteen, with the documented example for one person among them, and some for two pictures', () => {
    expect(templates.length).toBeGreaterThanOrEqual(14);
    const example = templates.find((item) => item.TemplateId === '104909826');
    expect(example).toMatchObject({ InputNum: 1, InputRequirement: 'SINGLE_PERSON' });
    expect(templates.some((item) => item.InputNum === 2)).toBe(true);
  });

  it('show every effect that there is', () => {
    const shown = new Set(templates.map((item) => rulesOf(item).effect));
    expect([...effectIds].filter((id) => !shown.has(id))).toEqual([]);
  });
});

describe.each(templates.map((item) => [String(item.Title_en), item] as [string, JsonObject]))(
  '%s',
  (_title, item) => {
    it('is fit for import and carries every field of an item', () => {
      expect(problemsOfEffect(item)).toEqual([]);
      expect(item).toMatchObject({
        Title: expect.stringMatching(/\p{Script=Han}/u),
        Title_en: expect.stringMatching(/^[A-Z]/),
        Duration: expect.any(Number),
        TemplateType: expect.any(String),
        ReleaseOnlineTime: expect.any(Number),
      });
      expect((item.Tags as string[]).length).toBe((item.Tags_en as string[]).length);
    });

    it('names an effect that takes as many pictures as it says', () => {
      const { effect, inputsMin, inputsMax } = rulesOf(item);
      if (!isEffectId(effect)) throw new Error(`no effect ${effect}`);
      const range = readInputRange(effect);
      expect(inputsMin).toBeGreaterThanOrEqual(range.inputsMin);
      expect(inputsMax).toBeLessThanOrEqual(range.inputsMax);
      expect(item.InputNum).toBeGreaterThanOrEqual(inputsMin);
      expect(item.InputNum).toBeLessThanOrEqual(inputsMax);
    });

    it('costs more where it is larger, between 20 and 60 credits', () => {
      const prices = consumeItemsOf(item);
      expect(prices.map(({ resolution }) => resolution)).toEqual(['480p', '720p', '1080p']);
      const credits = prices.map((price) => price.credits);
      expect(credits).toEqual([...credits].sort((first, second) => first - second));
      expect(credits[0]).toBeGreaterThanOrEqual(20);
      expect(credits[2]).toBeLessThanOrEqual(60);
    });

    it('has a cover of its ratio and a small preview that starts to play at once', async () => {
      const cover = mediaFile(item.Cover);
      const { width, height, format } = await sharp(cover).metadata();
      expect(format).toBe('jpeg');
      expect(width / height).toBeCloseTo(readRatio(item.CoverAspectRatio), 1);
      expect((await stat(cover)).size).toBeLessThanOrEqual(60_000);
      const preview = await readFile(mediaFile(item.PreviewVideo));
      expect(preview.length).toBeLessThanOrEqual(300_000);
      expect(preview.indexOf('moov')).toBeGreaterThan(0);
      expect(preview.indexOf('moov')).toBeLessThan(preview.indexOf('mdat'));
    });
  },
);

const examples = (['vidu', 'kling'] as const).flatMap((file) => readShippedTemplates(file));

describe.each(examples.map((item) => [String(item.name), item] as [string, JsonObject]))(
  'the example %s of another vendor',
  (_name, item) => {
    it('is fit for import, says what a test key draws, and brings a small cover and preview', async () => {
      const problems = item.key === undefined ? problemsOfVidu(item) : problemsOfKling(item);
      expect(problems).toEqual([]);
      expect(String(item.info ?? item.description)).toMatch(/A test key /);
      const { effect, inputsMin, inputsMax } = rulesOf(item);
      if (!isEffectId(effect)) throw new Error(`no effect ${effect}`);
      expect(inputsMax).toBeGreaterThanOrEqual(readInputRange(effect).inputsMin);
      expect(inputsMin).toBeLessThanOrEqual(readInputRange(effect).inputsMax);
      const [cover, preview] = ownMediaOf(item).map(([, file]) => file);
      const small = await sharp(mediaFile(cover.replace('.jpg', '-cover.jpg'))).metadata();
      expect(Number(small.width) / Number(small.height)).toBeCloseTo(3 / 4, 2);
      expect((await stat(mediaFile(preview))).size).toBeLessThanOrEqual(300_000);
    });
  },
);

it('no two examples of a vendor look alike on a test key', () => {
  for (const file of ['vidu', 'kling'] as const) {
    const effects = readShippedTemplates(file).map((item) => rulesOf(item).effect);
    expect(new Set(effects).size).toBe(effects.length);
  }
});

describe('rulesOf', () => {
  it('lists the ratios that an item supports, its own first, and upright where it names none', () => {
    const item = { TemplateId: '1', SupportAspectRatio: '3:4, 16:9,' };
    expect(rulesOf(item).aspectRatios).toEqual(['3:4', '16:9']);
    expect(rulesOf({ TemplateId: '1' }).aspectRatios).toEqual(['9:16']);
  });
});
