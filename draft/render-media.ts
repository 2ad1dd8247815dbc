// A developer's command: makes the covers and previews of effect templates again, from the bundled samples, with the
// renderer itself, so that a catalogue never shows what a template cannot do. It is given the folder that holds
// `effects.json`, and writes into `media/` there.
//
//   node draft/render-media.ts server/src/catalog/templates              all of them
//   node draft/render-media.ts server/src/catalog/templates 104909826    one
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import sharp from 'sharp';
import { prepareEffect } from './effects/effects.ts';
import { FRAME_RATE, type RenderJob } from './job.ts';
import { loadPhotos } from './photo/load.ts';
import { shrinkPicture } from './photo/shrink.ts';
import { planPrompt } from './plan/plan-prompt.ts';
import { renderVideo } from './render-video.ts';
import { fileOfSample, type SampleId } from './samples/samples.ts';
import { pixelSize } from './sizes.ts';

/** What is read of a template. */
interface Template {
  TemplateId: string;
  /** Its own ratio first. */
  SupportAspectRatio: string;
  Reelay: { Effect: string };
}

/** What a template shows itself with: samples by id, and the moment of its cover as a part of the whole. */
interface Showing {
  samples: SampleId[];
  coverAt: number;
}

const showings: Record<string, Showing> = {
  '104909826': { samples: ['astronaut'], coverAt: 0.27 },
  '900000001': { samples: ['astronaut'], coverAt: 0.6 },
  '900000002': { samples: ['astronaut'], coverAt: 0.5 },
  '900000003': { samples: ['astronaut'], coverAt: 0.4 },
  '900000004': { samples: ['astronaut'], coverAt: 0.6 },
  '900000005': { samples: ['astronaut'], coverAt: 0.55 },
  '900000006': { samples: ['astronaut'], coverAt: 0.6 },
  '900000007': { samples: ['astronaut'], coverAt: 0.45 },
  '900000008': { samples: ['astronaut'], coverAt: 0.05 },
  '900000009': { samples: ['cameraman'], coverAt: 0.5 },
  '900000010': { samples: ['astronaut'], coverAt: 0.8 },
  '900000011': { samples: ['lake'], coverAt: 0.27 },
  '900000012': { samples: ['cat'], coverAt: 0.3 },
  '900000013': { samples: ['astronaut'], coverAt: 0.135 },
  '900000014': { samples: ['coffee'], coverAt: 0.45 },
  '900000015': { samples: ['lake', 'astronaut'], coverAt: 0.52 },
  '900000016': { samples: ['lake', 'cat'], coverAt: 0.65 },
  '900000017': { samples: ['astronaut', 'lake', 'coffee', 'cat'], coverAt: 0.86 },
  '900000018': { samples: ['astronaut', 'lake', 'coffee', 'cat'], coverAt: 0.14 },
};

const COVER_BYTES_MAX = 60_000;
const COVER_SHORT_SIDE = 540;
/** All covers of a gallery have one size. */
const GALLERY_COVER = { width: 360, height: 480, bytesMax: 40_000 };
/** A preview is small and short: a gallery loads many at once. */
const PREVIEW_SECONDS = 3;
/** At the encoder's bit rate this many pixels come to less than 300 KB. */
const PREVIEW_PIXELS_MAX = 172_000;
const SEED = 7;

async function renderCover(
  effect: string,
  showing: Showing,
  size: { width: number; height: number },
): Promise<Buffer> {
  const photos = await loadPhotos(showing.samples.map(fileOfSample), {
    maxPixels: 10_000_000,
    maxSide: 960,
    timeoutMs: 10_000,
  });
  const stage = {
    ...size,
    durationSeconds: 5,
    seed: SEED,
    plan: planPrompt(''),
    cameraFixed: false,
    movement: 1,
  };
  const paint = await prepareEffect(effect, photos, stage);
  const canvas = createCanvas(size.width, size.height);
  paint(canvas.getContext('2d'), showing.coverAt * stage.durationSeconds);
  const raw = { raw: { ...size, channels: 4 as const } };
  for (let quality = 86; quality >= 30; quality -= 4) {
    const jpeg = await sharp(canvas.data(), raw).removeAlpha().jpeg({ quality, mozjpeg: true }).toBuffer();
    if (jpeg.length <= COVER_BYTES_MAX) return jpeg;
  }
  throw new Error(`The cover of ${effect} does not get small enough.`);
}

/** The short side, as a resolution, at which a preview of this ratio keeps to its pixels. */
function choosePreviewLines(aspectRatio: string): string {
  const { width, height } = pixelSize({ family: 'standard', resolution: '480p', aspectRatio });
  const shape = Math.min(width, height) / Math.max(width, height);
  return `${Math.floor(Math.sqrt(PREVIEW_PIXELS_MAX * shape))}p`;
}

async function renderPreview(effect: string, showing: Showing, aspectRatio: string): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'preview-'));
  const job: RenderJob = {
    kind: 'effect',
    ...pixelSize({ family: 'standard', resolution: choosePreviewLines(aspectRatio), aspectRatio }),
    durationSeconds: Math.round(PREVIEW_SECONDS * FRAME_RATE) / FRAME_RATE,
    seed: SEED,
    prompt: '',
    cameraFixed: false,
    movement: 'auto',
    effect,
    images: showing.samples.map(fileOfSample),
    audio: 'none',
    lastFrame: false,
    mark: false,
    outDir,
  };
  const { videoPath } = await renderVideo(job, { workers: availableParallelism() }, () => undefined);
  return videoPath;
}

async function renderTemplate(templates: readonly Template[], id: string, folder: string): Promise<void> {
  const item = templates.find((one) => one.TemplateId === id);
  const showing = showings[id];
  if (item === undefined || showing === undefined) throw new Error(`There is nothing to show ${id} with.`);
  const { Effect: effect } = item.Reelay;
  const aspectRatio = item.SupportAspectRatio.split(',')[0].trim();
  const size = pixelSize({ family: 'standard', resolution: `${COVER_SHORT_SIDE}p`, aspectRatio });
  const cover = await renderCover(effect, showing, size);
  await writeFile(join(folder, `${id}.jpg`), cover);
  await writeFile(join(folder, `${id}-cover.jpg`), await shrinkPicture(cover, GALLERY_COVER));
  const videoPath = await renderPreview(effect, showing, aspectRatio);
  await copyFile(videoPath, join(folder, `${id}.mp4`));
  await rm(join(videoPath, '..'), { recursive: true });
}

const [catalogue, ...wanted] = process.argv.slice(2);
if (catalogue === undefined) throw new Error('Name the folder of the catalogue: the one with effects.json.');
const shipped: Template[] = JSON.parse(await readFile(join(catalogue, 'effects.json'), 'utf8'));
for (const id of wanted.length > 0 ? wanted : Object.keys(showings)) {
  await renderTemplate(shipped, id, join(catalogue, 'media'));
}
