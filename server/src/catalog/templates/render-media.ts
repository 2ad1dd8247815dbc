// A developer's command: makes the covers and previews of our own templates again, from the bundled samples, with the
// renderer itself, so that the catalogue never shows what a template cannot do.
//
//   node server/src/catalog/templates/render-media.ts              all of them
//   node server/src/catalog/templates/render-media.ts 104909826    one
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas } from '@napi-rs/canvas';
import sharp from 'sharp';
import { prepareEffect } from '../../providers/draft/effects/effects.ts';
import { FRAME_RATE, type RenderJob } from '../../providers/draft/job.ts';
import { loadPhotos } from '../../providers/draft/photo/load.ts';
import { planPrompt } from '../../providers/draft/plan/plan-prompt.ts';
import { renderVideo } from '../../providers/draft/render-video.ts';
import { SAMPLES } from '../../providers/draft/samples/samples.ts';
import { pixelSize } from '../../providers/draft/sizes.ts';
import { readShippedTemplates, rulesOf, TEMPLATE_MEDIA_FOLDER } from '../templates.ts';

/** What a template shows itself with: samples by id, and the moment of its cover as a part of the whole. */
interface Showing {
  samples: string[];
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

const coverBytesMax = 60_000;
const coverShortSide = 540;
/** A preview is small and short: a gallery loads many at once. */
const previewSeconds = 3;
/** At the encoder's bit rate this many pixels come to less than 300 KB. */
const previewPixelsMax = 172_000;
const seed = 7;

function findSample(id: string): string {
  const sample = SAMPLES.find((one) => one.id === id);
  if (sample === undefined) throw new Error(`There is no sample "${id}".`);
  return sample.file;
}

async function renderCover(
  effect: string,
  showing: Showing,
  size: { width: number; height: number },
): Promise<Buffer> {
  const photos = await loadPhotos(showing.samples.map(findSample), {
    maxPixels: 10_000_000,
    maxSide: 960,
    timeoutMs: 10_000,
  });
  const stage = { ...size, durationSeconds: 5, seed, plan: planPrompt(''), cameraFixed: false, movement: 1 };
  const paint = await prepareEffect(effect, photos, stage);
  const canvas = createCanvas(size.width, size.height);
  paint(canvas.getContext('2d'), showing.coverAt * stage.durationSeconds);
  const raw = { raw: { ...size, channels: 4 as const } };
  for (let quality = 86; quality >= 30; quality -= 4) {
    const jpeg = await sharp(canvas.data(), raw).removeAlpha().jpeg({ quality, mozjpeg: true }).toBuffer();
    if (jpeg.length <= coverBytesMax) return jpeg;
  }
  throw new Error(`The cover of ${effect} does not get small enough.`);
}

/** The short side, as a resolution, at which a preview of this ratio keeps to its pixels. */
function choosePreviewLines(aspectRatio: string): string {
  const { width, height } = pixelSize({ family: 'standard', resolution: '480p', aspectRatio });
  const shape = Math.min(width, height) / Math.max(width, height);
  return `${Math.floor(Math.sqrt(previewPixelsMax * shape))}p`;
}

async function renderPreview(effect: string, showing: Showing, aspectRatio: string): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'preview-'));
  const job: RenderJob = {
    kind: 'effect',
    ...pixelSize({ family: 'standard', resolution: choosePreviewLines(aspectRatio), aspectRatio }),
    durationSeconds: Math.round(previewSeconds * FRAME_RATE) / FRAME_RATE,
    seed,
    prompt: '',
    cameraFixed: false,
    movement: 'auto',
    effect,
    images: showing.samples.map(findSample),
    audio: 'none',
    lastFrame: false,
    mark: false,
    outDir,
  };
  const { videoPath } = await renderVideo(job, { workers: availableParallelism() }, () => undefined);
  return videoPath;
}

async function renderTemplate(id: string): Promise<void> {
  const item = readShippedTemplates().find((one) => one.TemplateId === id);
  const showing = showings[id];
  if (item === undefined || showing === undefined) throw new Error(`There is nothing to show ${id} with.`);
  const { effect, aspectRatios } = rulesOf(item);
  const aspectRatio = aspectRatios[0];
  const size = pixelSize({ family: 'standard', resolution: `${coverShortSide}p`, aspectRatio });
  const folder = fileURLToPath(TEMPLATE_MEDIA_FOLDER);
  await writeFile(join(folder, `${id}.jpg`), await renderCover(effect, showing, size));
  const videoPath = await renderPreview(effect, showing, aspectRatio);
  await copyFile(videoPath, join(folder, `${id}.mp4`));
  await rm(join(videoPath, '..'), { recursive: true });
}

const wanted = process.argv.slice(2);
for (const id of wanted.length > 0 ? wanted : Object.keys(showings)) await renderTemplate(id);
