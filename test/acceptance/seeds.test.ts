// The three request bodies of the original documentation, character for character, from the create to a video
// that plays.
import { expect, it } from 'vitest';
import { readVideo, type VideoFacts } from '../stage/video.ts';
import { findTarget } from './harness.ts';

const { client } = await findTarget();
const FRAME_SECONDS = 1 / 24;

const SEEDANCE = `
{
  "model": "bytedance/seedance1-0-pro-t2v",
  "callback_url": "https://your-domain.com/api/callback",
  "input": {
    "prompt": "A dynamic cinematic view of a futuristic city at night, neon lights reflecting on wet streets.",
    "resolution": "1080p",
    "aspect_ratio": "16:9",
    "duration": 8,
    "camera_fixed": false,
    "return_last_frame": false
  }
}
`;

const TEMPLATE = `
{
  "model": "bytedance/template",
  "callback_url": "https://your-domain.com/api/callback",
  "input": {
    "template_id": "104909826",
    "img_urls": [
      "https://static.crunai.com/u/example-image.png"
    ],
    "resolution": "720p"
  }
}
`;

const VIDU = `
{
  "model": "vidu/q1-r2v",
  "callback_url": "https://your-domain.com/api/callback",
  "input": {
    "prompt": "A cinematic slow-motion shot of a dancer inspired by the reference images.",
    "img_urls": [
      "https://example.com/ref1.jpg",
      "https://example.com/ref2.jpg"
    ],
    "audio": true,
    "audio_type": "all",
    "duration": 5,
    "resolution": "1080p",
    "aspect_ratio": "16:9",
    "movement_amplitude": "auto",
    "moderation": "enabled"
  }
}
`;

interface Expected {
  body: string;
  /** Width and height; the video has one of these. */
  sizes: [number, number][];
  seconds: number;
  credits: number;
}

async function makeVideo({ body, sizes, seconds, credits }: Expected): Promise<VideoFacts> {
  const before = await client.balance();
  const taskId = await client.createId(body);
  expect(await client.balance()).toEqual({ balance: before.balance - credits, held: before.held + credits });
  const task = await client.waitFor(taskId);
  expect(task).toMatchObject({ status: 'success', provider: 'draft', credits, source: 'api' });
  expect(task.param).toEqual(JSON.parse(body));
  expect(task.result).toMatchObject({ code: 200, message: 'success' });
  const [address] = task.result?.media_urls ?? [];
  const head = await client.call(address, { method: 'HEAD' });
  expect([head.status, head.headers['content-type']]).toEqual([200, 'video/mp4']);
  // The SDK compares what came with the SHA-256 that the server took.
  const video = await readVideo(Buffer.from(await client.sdk.files.bytes(taskId)));
  expect(video.boxes).toEqual(expect.arrayContaining(['ftyp', 'moov', 'mdat']));
  expect(video.videoCodec).toBe('avc');
  expect(sizes).toContainEqual([video.width, video.height]);
  expect(Math.abs(video.seconds - seconds)).toBeLessThanOrEqual(FRAME_SECONDS + 1e-6);
  expect(video.framesPerSecond).toBeCloseTo(24, 1);
  expect(await client.balance()).toEqual({ balance: before.balance - credits, held: before.held });
  return video;
}

it('seedance 1.0 pro: 8 s of 1080p in its own pixel size', async () => {
  const video = await makeVideo({ body: SEEDANCE, sizes: [[1920, 1088]], seconds: 8, credits: 195.84 });
  expect(video.frames).toBe(192);
  expect(video.audioCodec).toBeNull();
});

it('the template: the effect that its entry promises, at the price that it lists', async () => {
  const list = await client.call('/api/v1/client/job/bytedance-templates?template_id=104909826');
  const [template] = list.data.templates as {
    Duration: number;
    SupportAspectRatio: string;
    ConsumeItems: { Resolution: string; Credit: number }[];
  }[];
  const price = template.ConsumeItems.find(({ Resolution }) => Resolution === '720p');
  // The short side is the number of the resolution; the ratio is the listed one that fits the picture best.
  const sizes = template.SupportAspectRatio.split(',').map((ratio): [number, number] => {
    const [across, up] = ratio.split(':').map(Number);
    const short = 720 / Math.min(across, up);
    return [across * short, up * short];
  });
  await makeVideo({
    body: TEMPLATE,
    sizes,
    seconds: template.Duration / 1000,
    credits: price?.Credit ?? 0,
  });
});

it('Vidu Q1: 5 s of 1080p from two references, with sound of the same length', async () => {
  const video = await makeVideo({ body: VIDU, sizes: [[1920, 1080]], seconds: 5, credits: 80 });
  expect(video.audioCodec).toBe('aac');
  // AAC has blocks of 1024 samples, so the last one may reach beyond the picture.
  expect(Math.abs(video.audioSeconds - 5)).toBeLessThan(0.1);
});

it('reports in the usage which addresses stood for bundled pictures', async () => {
  const { data } = await client.call('/api/v1/client/job/Tasks?model=vidu%2Fq1-r2v&limit=1');
  const [task] = data.tasks as { result: { usage: { notes: string[] } } }[];
  const notes = task.result.usage.notes.join('\n');
  expect(notes).toMatch(/example\.com\/ref1\.jpg stands for the bundled sample/);
  expect(notes).toMatch(/example\.com\/ref2\.jpg stands for the bundled sample/);
});
