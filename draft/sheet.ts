// A developer's command: draws a moment of each common prompt and puts all of them on one sheet, so that the breadth of
// the drafts can be looked at. The picture in docs/ is made by it.
//   npm run drafts:sheet
//   node draft/sheet.ts --out sheet.png [--only meadow] [--columns 6] [--width 320] [--prompt "a blue car"]
import { parseArgs } from 'node:util';
import { createCanvas } from '@napi-rs/canvas';
import sharp from 'sharp';
import { preparePixelFinish } from './finish.ts';
import { prepareDrawing } from './frames.ts';
import type { RenderJob } from './job.ts';
import { COMMON_PROMPTS, isAsExpected } from './plan/common-prompts.ts';
import type { Plan } from './plan/plan.ts';
import { planPrompt } from './plan/plan-prompt.ts';
import { hashNumbers } from './random.ts';
import { developPicture } from './stills/develop.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    /** A scene, or a part of a prompt. */
    only: { type: 'string', default: '' },
    columns: { type: 'string', default: '6' },
    width: { type: 'string', default: '320' },
    height: { type: 'string', default: '180' },
    seed: { type: 'string', default: '7' },
    at: { type: 'string', default: '2.2' },
    quality: { type: 'string', default: '78' },
    /** Prompts instead of the common ones. */
    prompt: { type: 'string', multiple: true, default: [] },
  },
});

const GAP_PIXELS = 4;
const size = { width: Number(values.width), height: Number(values.height) };

function jobOf(prompt: string): RenderJob {
  return {
    ...size,
    kind: 'text',
    durationSeconds: 5,
    seed: Number(values.seed),
    prompt,
    cameraFixed: false,
    movement: 'auto',
    images: [],
    audio: 'none',
    lastFrame: false,
    mark: false,
    outDir: '',
  };
}

async function drawPrompt(prompt: string, plan: Plan): Promise<Uint8ClampedArray> {
  const job = jobOf(prompt);
  const { canvas, draw } = await prepareDrawing({ job, plan, photos: [] });
  draw(Number(values.at));
  const finish = preparePixelFinish({ ...size, seed: job.seed, plan, strength: 'full', mark: false });
  return developPicture({ ...size, rgba: canvas.data() }, finish, hashNumbers(job.seed, 0));
}

const asked = values.prompt.length > 0 ? values.prompt : COMMON_PROMPTS.map(({ prompt }) => prompt);
const chosen = asked
  .map((prompt) => ({ prompt, plan: planPrompt(prompt) }))
  .filter(({ prompt, plan }) => plan.scene === values.only || prompt.includes(values.only));
const columns = Math.min(Number(values.columns), chosen.length);
const rows = Math.ceil(chosen.length / columns);
const sheet = createCanvas(
  columns * (size.width + GAP_PIXELS) - GAP_PIXELS,
  rows * (size.height + GAP_PIXELS) - GAP_PIXELS,
);
const context = sheet.getContext('2d');
for (const [index, { prompt, plan }] of chosen.entries()) {
  const started = performance.now();
  const rgb = await drawPrompt(prompt, plan);
  const image = context.createImageData(size.width, size.height);
  for (let at = 0; at < size.width * size.height; at += 1) {
    image.data.set(rgb.subarray(at * 3, at * 3 + 3), at * 4);
    image.data[at * 4 + 3] = 255;
  }
  const [column, row] = [index % columns, Math.floor(index / columns)];
  context.putImageData(image, column * (size.width + GAP_PIXELS), row * (size.height + GAP_PIXELS));
  const expected = COMMON_PROMPTS.find((common) => common.prompt === prompt);
  const verdict = expected === undefined || isAsExpected(plan, expected) ? '' : ', NOT AS EXPECTED';
  const subjects = plan.subjects.map(({ kind, count, color = '' }) => `${count} ${kind} ${color}`.trim());
  process.stdout.write(
    `${prompt}: ${plan.scene}, ${plan.timeOfDay}, ${plan.framing}, [${subjects}], ${(performance.now() - started).toFixed(0)} ms${verdict}\n`,
  );
}
if (values.out) {
  const picture = sharp(Buffer.from(sheet.toBuffer('image/png')));
  await (values.out.endsWith('.png')
    ? picture.png()
    : picture.jpeg({ quality: Number(values.quality) })
  ).toFile(values.out);
}
