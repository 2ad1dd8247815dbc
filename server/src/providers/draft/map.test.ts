import { describe, expect, it } from 'vitest';
import { readShippedModels } from '../../catalog/models.ts';
import { isObject, type JsonObject } from '../../lib/json.ts';
import {
  CLIP_INPUTS,
  describeUnused,
  estimateWork,
  listAddresses,
  materialOf,
  type RenderRequest,
  SOUND_INPUTS,
  toRenderJob,
  toStillJob,
} from './map.ts';
import { toSoundJob } from './sounds.ts';

function jobOf(input: JsonObject, changes: Partial<RenderRequest> = {}, operations: readonly string[] = []) {
  const plain = { seed: 7, images: [], effect: undefined, outDir: '/nowhere', mark: true };
  return toRenderJob({ input, ...plain, ...changes }, operations);
}

const effect = { effect: 'glitch', durationSeconds: 5, aspectRatios: ['3:4', '16:9'] };

function stillOf(input: JsonObject) {
  return toStillJob({ input, seed: 7, images: [], outDir: '/nowhere', mark: true });
}

describe('the shots of a video', () => {
  const shots = [
    { prompt: 'a road', duration: 3 },
    { prompt: 'a lake', duration: 2 },
  ];

  it('are those of the input', () => {
    expect(jobOf({ multi_shots: true, multi_prompt: shots, duration: 5 })).toMatchObject({
      prompt: 'a road. a lake',
      durationSeconds: 5,
      shots: [
        { prompt: 'a road', durationSeconds: 3 },
        { prompt: 'a lake', durationSeconds: 2 },
      ],
    });
  });

  it.each([
    ['A road. A lake! 一座城市。', 6, ['A road.', 'A lake!', '一座城市。'], 2],
    ['A road. A lake. A city.', 2, ['A road.', 'A lake.'], 1],
  ])(
    'are the sentences of the prompt %j, at least a second each',
    (prompt, duration, said, durationSeconds) => {
      expect(jobOf({ multi_shots: true, prompt, duration }).shots).toEqual(
        said.map((one) => ({ prompt: one, durationSeconds })),
      );
    },
  );

  it.each([
    [{ prompt: 'A road. A lake.' }],
    [{ prompt: 'A road. A lake.', multi_shots: false }],
    [{ prompt: 'A road to a lake.', multi_shots: true }],
  ])('are none for %j', (input) => {
    expect(jobOf(input)).not.toHaveProperty('shots');
  });
});

describe('toStillJob', () => {
  it.each([
    [{ resolution: '2K', aspect_ratio: '16:9' }, [2736, 1536]],
    [{ resolution: '1K', aspect_ratio: '1:1' }, [1024, 1024]],
    [{ resolution: '0.5K', aspect_ratio: '1:4' }, [256, 1024]],
    [{ resolution: '4K', aspect_ratio: '21:9' }, [6256, 2688]],
    [{ image_size: 'portrait_16_9' }, [768, 1360]],
    [{}, [1024, 1024]],
  ])('makes pictures of %j in as many pixels as their resolution names', (input, [width, height]) => {
    expect(stillOf(input)).toMatchObject({ width, height });
  });

  it('takes the form, the number and the shape that are asked for', () => {
    expect(stillOf({ output_format: 'jpg', num_outputs: 3, aspect_ratio: '1:1' })).toMatchObject({
      format: 'jpeg',
      count: 3,
      followsPicture: false,
    });
    expect(stillOf({ aspect_ratio: 'auto', n: 99 })).toMatchObject({
      format: 'png',
      count: 16,
      followsPicture: true,
    });
  });

  it('works on the pictures themselves for a model that is a tool', () => {
    const plain = { seed: 7, images: ['a.png'], outDir: '/nowhere', mark: true };
    const toolFor = (operations: string[], input: JsonObject = {}) =>
      toStillJob({ input, ...plain }, operations).tool;
    expect(toolFor(['background-remove'])).toEqual({ kind: 'cut-out' });
    expect(toolFor(['image-upscale'], { scale_factor: 4 })).toEqual({ kind: 'upscale', factor: 4 });
    expect(toolFor(['text-to-image', 'image-edit'])).toBeUndefined();
  });

  it('is short work for a few pictures of any size', () => {
    expect(estimateWork({ resolution: '4K' }, 'image')).toBeLessThanOrEqual(1);
    expect(estimateWork({ num_outputs: 15 }, 'image')).toBeGreaterThan(1);
  });
});

describe('toRenderJob', () => {
  it('makes a scene from a prompt, in the pixels of the model that it stands for', () => {
    const job = jobOf({ prompt: 'a lake', resolution: '1080p', aspect_ratio: '21:9', duration: 8 });
    expect(job).toMatchObject({ kind: 'text', width: 2176, height: 928, durationSeconds: 8 });
    expect(job.fit).toBeUndefined();
  });

  it('puts pictures into a scene of the requested ratio, whatever their own ratio is', () => {
    const job = jobOf({ prompt: 'a lake', aspect_ratio: '9:16' }, { images: ['/a.jpg'] });
    expect(job).toMatchObject({ kind: 'reference', width: 720, height: 1280 });
    expect(job.fit).toBeUndefined();
  });

  it('lets the picture choose the ratio of an effect, among those that the template supports', () => {
    const job = jobOf({ template_id: '1', resolution: '480p' }, { images: ['/a.jpg'], effect });
    expect(job).toMatchObject({
      kind: 'effect',
      effect: 'glitch',
      width: 480,
      height: 640,
      fit: { resolution: '480p', aspectRatios: ['3:4', '16:9'] },
    });
  });

  it('draws nothing from a scenario marker in the prompt', () => {
    expect(jobOf({ prompt: 'a lake reelay:slow' }).prompt).not.toContain('slow');
  });
});

const CLIP = 'https://clips.example/a.mp4';

describe('the clips and the sound of an input', () => {
  const made = readShippedModels().map((model) => ({
    name: model.model,
    operations: model.operations,
    makes: model.modality ?? 'video',
    input: Object.fromEntries(
      Object.entries(model.input_schema.properties ?? {}).flatMap(([name, schema]) =>
        [...CLIP_INPUTS, ...SOUND_INPUTS, 'img_urls', 'image_url', 'reference_images'].includes(name)
          ? [[name, isObject(schema) && schema.type === 'array' ? [CLIP] : CLIP]]
          : [],
      ),
    ) as JsonObject,
  }));
  const ofVideos = made.filter(
    ({ makes, input }) =>
      makes === 'video' && listAddresses(input, [...CLIP_INPUTS, ...SOUND_INPUTS]).length > 0,
  );

  it('are taken by more than twenty models of videos', () => {
    expect(ofVideos.length).toBeGreaterThan(20);
  });

  it.each(ofVideos)('of $name are drawn or heard', ({ operations, input }) => {
    const images = listAddresses(input, ['img_urls', 'image_url', 'reference_images']);
    const job = jobOf(input, { images, ...materialOf(input) }, operations);
    const isDrawn = (job.clips?.length ?? 0) > 0 && job.kind !== 'text' && job.kind !== 'effect';
    expect(isDrawn || job.sound !== undefined).toBe(true);
    expect(describeUnused(input)).toEqual([]);
  });

  const ofSounds = made.filter(
    ({ makes, input }) => makes === 'audio' && listAddresses(input, SOUND_INPUTS).length > 0,
  );

  it.each(ofSounds)('of $name are heard', ({ operations, input }) => {
    const { sound } = materialOf(input);
    const { given } = toSoundJob({ input, seed: 7, count: 1, sound, outDir: '/nowhere' }, operations);
    expect(given?.path).toBe(CLIP);
    expect(describeUnused(input, 'audio')).toEqual([]);
  });

  it('that are left out are named in the notes', () => {
    expect(
      describeUnused({ reference_videos: [CLIP, CLIP, CLIP, CLIP], reference_audios: [CLIP, CLIP] }),
    ).toEqual([
      'A draft uses the first 3 videos; a live key uses all of them',
      'A draft uses the first sound; a live key uses all of them',
    ]);
    expect(describeUnused({ audio: false, audio_url: CLIP })).toEqual([
      'The sound plays no part in the draft, because audio is false',
    ]);
    expect(describeUnused({ audio_url: CLIP }, 'image')).toEqual([
      'audio_url plays no part in a draft; a live key uses it',
    ]);
  });

  it.each([
    [['motion-control', 'video-to-video'], { clips: [CLIP], images: ['/a.jpg'] }, 'motion'],
    [['talking-avatar', 'image-to-video'], { sound: '/a.mp3', images: ['/a.jpg'] }, 'talk'],
    [['lip-sync'], { sound: '/a.mp3', clips: [CLIP] }, 'talk'],
    [['video-edit', 'video-to-video'], { clips: [CLIP], images: ['/a.jpg'] }, 'clip'],
    [['video-enhance'], { clips: [CLIP] }, 'clip'],
    [['reference-to-video'], { clips: [CLIP] }, 'reference'],
    [['text-to-video'], { sound: '/a.mp3' }, 'text'],
  ])('of a model that does %j become a draft of the kind that it does', (operations, changes, kind) => {
    expect(jobOf({}, changes, operations).kind).toBe(kind);
  });
});
