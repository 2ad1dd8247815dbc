// What a draft says of itself once it is made: its files, and facts for the client.
import type { RenderResult, SoundResult, StillResult } from '../../../../draft/job.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { Output, Success } from '../contract.ts';

/** The version that tasks name; it changes when the same seed would give other pictures. */
const DRAFT_VERSION = 'draft-2';

/** The success of a render. @param notes about its input, beside those of the renderer. */
export function successOf(result: RenderResult | StillResult | SoundResult, notes: string[]): Success {
  if ('soundPaths' in result)
    return { outputs: soundOutputs(result), usage: usageOfSound(result, notes), modelVersion: DRAFT_VERSION };
  const outputs = 'videoPath' in result ? videoOutputs(result) : pictureOutputs(result);
  return { outputs, usage: usageOf(result, notes), modelVersion: DRAFT_VERSION };
}

function usageOfSound(result: SoundResult, notes: string[]): JsonObject {
  const { encoder, seed, durationSeconds, sampleRate, channels, music, understood, ignored } = result;
  return {
    renderer: DRAFT_VERSION,
    encoder,
    seed,
    duration: Math.round(durationSeconds * 1000) / 1000,
    sounds: result.soundPaths.length,
    sample_rate: sampleRate,
    channels,
    ...(music ? { key: music.key, beats_per_minute: music.beatsPerMinute } : {}),
    understood: understood.map(({ word, as }) => ({ word, as })),
    ignored,
    notes: [...result.notes, ...notes],
  };
}

function usageOf(result: RenderResult | StillResult, notes: string[]): JsonObject {
  const isVideo = 'videoPath' in result;
  const usage: JsonObject = {
    renderer: DRAFT_VERSION,
    ...(isVideo ? { encoder: result.encoder } : {}),
    seed: result.seed,
    width: result.width,
    height: result.height,
    ...(isVideo ? { frames: result.frames } : { pictures: result.picturePaths.length }),
    understood: result.understood.map(({ word, as }) => ({ word, as })),
    ignored: result.ignored,
    notes: [...notes, ...result.notes],
  };
  if (result.scene !== undefined) usage.scene = result.scene;
  if (isVideo && result.material !== undefined) usage.material = result.material;
  if (isVideo && result.effect !== undefined) usage.effect = result.effect;
  if (!isVideo && result.edit !== undefined) usage.edit = result.edit;
  return usage;
}

function soundOutputs({ soundPaths, format }: SoundResult): Output[] {
  const contentType = format === 'mp3' ? 'audio/mpeg' : 'audio/wav';
  return soundPaths.map((path) => ({ kind: 'audio', contentType, path }));
}

function videoOutputs({ videoPath, lastFramePath }: RenderResult): Output[] {
  const video = { kind: 'video', contentType: 'video/mp4', path: videoPath } as const;
  return lastFramePath === undefined
    ? [video]
    : [video, { kind: 'image', contentType: 'image/png', path: lastFramePath }];
}

function pictureOutputs({ picturePaths }: StillResult): Output[] {
  // The type is read from the first bytes of each file when it is stored.
  return picturePaths.map((path) => ({ kind: 'image', contentType: 'image/png', path }));
}
