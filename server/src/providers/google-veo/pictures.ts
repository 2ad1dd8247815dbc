// The pictures of the Gemini API (the Nano Banana models): one call whose answer carries them
// (https://ai.google.dev/gemini-api/docs/image-generation, read 2026-11-30). Maps words only; client.ts makes the call.
import type { JsonObject } from '../../lib/json.ts';
import type { Failure, Output, StartRequest, Success } from '../contract.ts';
import { factsOf, usedOf } from '../kit/states.ts';
import { unreadOf } from '../kit/wire.ts';
import type { Picture } from './map.ts';
import type { GeneratedContent } from './wire.ts';

/** The texts of an answer that are files: pictures, and the signatures of thoughts, which may be as large. */
export const FILE_NAMES = ['data', 'thoughtSignature'] as const;

/** The body of a call. A shape of `auto` is left to the model. */
export function toPictureWire({ input }: StartRequest, pictures: readonly Picture[]): JsonObject {
  const { prompt, aspect_ratio: ratio, resolution, seed, google_search: search } = input;
  const imageConfig: JsonObject = {
    ...(ratio === undefined || ratio === 'auto' ? {} : { aspectRatio: ratio }),
    ...(resolution === undefined ? {} : { imageSize: resolution }),
  };
  const parts = pictures.map(({ bytes, contentType }) => ({
    inlineData: { mimeType: contentType, data: Buffer.from(bytes).toString('base64') },
  }));
  return {
    contents: [{ role: 'user', parts: [...parts, { text: prompt ?? '' }] }],
    generationConfig: {
      responseModalities: ['IMAGE'],
      ...(Object.keys(imageConfig).length === 0 ? {} : { imageConfig }),
      ...(seed === undefined ? {} : { seed }),
    },
    ...(search === true ? { tools: [{ googleSearch: {} }] } : {}),
  };
}

/** The pictures of an answer, without the drafts that a model thinks in; undefined when it has none. */
export function fromPictureWire(answer: GeneratedContent, model: string): Success | undefined {
  const parts = answer.candidates?.flatMap(({ content }) => content?.parts ?? []) ?? [];
  const outputs = parts.flatMap(({ inlineData: file, thought }): Output[] =>
    file?.data && thought !== true
      ? [{ kind: 'image', contentType: file.mimeType ?? 'image/png', path: file.data }]
      : [],
  );
  if (outputs.length === 0) return undefined;
  const { promptTokenCount: input_tokens, candidatesTokenCount: output_tokens } = answer.usageMetadata ?? {};
  return {
    outputs,
    usage: factsOf({ pictures: outputs.length, input_tokens, output_tokens }),
    modelVersion: answer.modelVersion ?? model,
    ...usedOf('tokens', output_tokens),
    ...unreadOf(answer),
  };
}

/** Ends without a picture that the filters decided. */
const REFUSED = /SAFETY|PROHIBITED|BLOCKLIST|SPII|RECITATION/;

/** Why an answer has no picture. */
export function whyNoPicture({ candidates, promptFeedback }: GeneratedContent): Failure {
  const first = candidates?.[0];
  const blocked = promptFeedback?.blockReason;
  const code = blocked ?? first?.finishReason ?? 'no_picture';
  const isRefused = blocked !== undefined || REFUSED.test(code);
  const usual = isRefused ? 'It made no picture because of its filters' : 'It made no picture';
  return {
    reason: isRefused ? 'content_refused' : 'failed',
    code,
    message: promptFeedback?.blockReasonMessage ?? first?.finishMessage ?? `${usual} (${code})`,
  };
}
