import { describe, expect, it, test } from 'vitest';
import type { Json, JsonObject } from '../../lib/json.ts';
import type { ApiAnswer, FailureReason, StartRequest } from '../contract.ts';
import { fromWire, neutralisePrompt, toFailure, toWire } from './map.ts';
import type { ArkParams } from './wire.ts';

function answer(status: number, error: JsonObject): ApiAnswer {
  return { status, headers: {}, json: { error } };
}

/** https://docs.byteplus.com/en/docs/ModelArk/1299023, read 2026-11-21. */
const CODES: [number, string, FailureReason][] = [
  [400, 'MissingParameter', 'invalid_input'],
  [400, 'MissingParameter.content', 'invalid_input'],
  [400, 'InvalidParameter', 'invalid_input'],
  [400, 'InvalidParameter.duration', 'invalid_input'],
  [400, 'InvalidEndpoint.ClosedEndpoint', 'bad_credentials'],
  [400, 'SensitiveContentDetected', 'content_refused'],
  [400, 'SensitiveContentDetected.SevereViolation', 'content_refused'],
  [400, 'SensitiveContentDetected.Violence', 'content_refused'],
  [400, 'InputTextSensitiveContentDetected', 'content_refused'],
  [400, 'InputImageSensitiveContentDetected.PrivacyInformation', 'content_refused'],
  [400, 'InputVideoSensitiveContentDetected.PolicyViolation', 'content_refused'],
  [400, 'InputAudioSensitiveContentDetected', 'content_refused'],
  [400, 'OutputVideoSensitiveContentDetected', 'content_refused'],
  [400, 'OutputAudioSensitiveContentDetected.PolicyViolation', 'content_refused'],
  [401, 'AuthenticationError', 'bad_credentials'],
  [401, 'InvalidApiKey', 'bad_credentials'],
  [403, 'AccessDenied', 'bad_credentials'],
  [403, 'OperationDenied.ServiceNotOpen', 'bad_credentials'],
  [403, 'OperationDenied.ServiceOverdue', 'quota_exhausted'],
  [403, 'AccountOverdueError', 'quota_exhausted'],
  [404, 'InvalidEndpoint.NotFound', 'bad_credentials'],
  [404, 'InvalidEndpointOrModel.NotFound', 'bad_credentials'],
  [404, 'InvalidEndpointOrModel.ModelIDAccessDisabled', 'bad_credentials'],
  [404, 'ModelNotOpen', 'bad_credentials'],
  [404, 'ResourceNotFound', 'lost'],
  [429, 'RateLimitExceeded.EndpointRPMExceeded', 'rate_limited'],
  [429, 'RateLimitExceeded.EndpointTPMExceeded', 'rate_limited'],
  [429, 'RateLimitExceeded.EndpointFlexTPMExceeded', 'rate_limited'],
  [429, 'ModelAccountRpmRateLimitExceeded', 'rate_limited'],
  [429, 'ModelAccountTpmRateLimitExceeded', 'rate_limited'],
  [429, 'ModelAccountIpmRateLimitExceeded', 'rate_limited'],
  [429, 'APIAccountRpmRateLimitExceeded', 'rate_limited'],
  [429, 'AccountRateLimitExceeded', 'rate_limited'],
  [429, 'InflightBatchsizeExceeded', 'rate_limited'],
  [429, 'RequestBurstTooFast', 'rate_limited'],
  [429, 'ModelLoadingError', 'rate_limited'],
  [429, 'ServerOverloaded', 'rate_limited'],
  [429, 'QuotaExceeded', 'quota_exhausted'],
  [429, 'SetLimitExceeded', 'quota_exhausted'],
];

describe('a refusal', () => {
  it.each(CODES)('%i %s is %s', (status, code, reason) => {
    expect(toFailure(answer(status, { code, message: 'words' }))).toMatchObject({ reason, code });
  });

  it.each<[number, FailureReason]>([
    [400, 'invalid_input'],
    [401, 'bad_credentials'],
    [402, 'quota_exhausted'],
    [403, 'bad_credentials'],
    [404, 'unavailable'],
    [413, 'invalid_input'],
    [422, 'invalid_input'],
    [429, 'rate_limited'],
  ])('%i with an unknown code is %s', (status, reason) => {
    expect(toFailure(answer(status, { code: 'OfTomorrow' }))).toMatchObject({ reason });
  });

  it.each([200, 302, 408, 409, 425, 499, 500, 503])(
    'is not what comes with %i, whatever it says',
    (status) => {
      expect(toFailure(answer(status, { code: 'InvalidParameter', message: 'words' }))).toBeUndefined();
    },
  );

  it.each<Json | undefined>([
    undefined,
    null,
    'text',
    {},
    { error: 'text' },
    { error: { message: 'no code' } },
  ])('is not an answer of another form: %j', (json) => {
    expect(toFailure({ status: 400, headers: {}, json })).toBeUndefined();
  });

  it("of the account or of its endpoint shows a client none of the provider's words", () => {
    const message = 'Your account 2100000000 cannot use ep-20261121101010-abcde';
    for (const [status, code, reason] of CODES) {
      const words = toFailure(answer(status, { code, message }))?.message;
      const isOfOperator = reason === 'bad_credentials' || reason === 'quota_exhausted';
      expect(words === message, code).toBe(!isOfOperator);
    }
  });

  it.each([
    [{ code: 'InvalidParameter.callback_url' }, 'unavailable'],
    [{ code: 'InvalidParameter', param: 'safety_identifier' }, 'unavailable'],
    [{ code: 'InvalidParameter', param: 'model' }, 'unavailable'],
    [{ code: 'InvalidParameter', param: 'content.0.text' }, 'invalid_input'],
    [{ code: 'InvalidParameter', param: null }, 'invalid_input'],
    [{ code: 'InvalidParameter.ratio', param: '' }, 'invalid_input'],
  ])('of the field %j is %s: a client is not blamed for what it did not send', (error, reason) => {
    expect(toFailure(answer(400, error))).toMatchObject({ reason });
  });

  it.each([
    ['It is wrong. Request id: 0217abc', 'It is wrong'],
    ['It is wrong.\nRequest ID: 0217abc\nmore', 'It is wrong'],
    ['It is wrong', 'It is wrong'],
  ])('%j loses its request id', (message, words) => {
    expect(toFailure(answer(400, { code: 'InvalidParameter', message }))?.message).toBe(words);
  });
});

describe('a task that has failed', () => {
  const failureOf = (code: string, message?: string) => {
    const error = { code, message };
    const outcome = fromWire({ id: 'a', status: 'failed', error });
    return outcome.type === 'failed' ? outcome.failure : undefined;
  };

  it('is judged by the same codes, except for "not found"', () => {
    for (const [, code, reason] of CODES) {
      expect(failureOf(code)?.reason, code).toBe(reason === 'lost' ? 'failed' : reason);
    }
    expect(failureOf('InternalServiceError')?.reason).toBe('failed');
  });

  it("because of the account shows a client none of the provider's words", () => {
    expect(failureOf('AccountOverdueError', 'account 2100000000')?.message).not.toContain('2100000000');
    expect(failureOf('InternalServiceError', 'It broke. Request id: 1')?.message).toBe('It broke');
  });
});

describe('the body of a create', () => {
  const request: StartRequest = {
    taskId: '018f0000-0000-7000-8000-000000000001',
    epoch: 1,
    token: 'rl-1-1',
    model: 'bytedance/seedance1-0-pro-t2v',
    input: { prompt: 'a cat' },
    params: {},
    testMode: false,
    intentAtMs: 0,
  };
  const bodyOf = (input: JsonObject, params: Partial<ArkParams> = {}) =>
    toWire({ ...request, input }, { params: { model: {}, ...params }, modelId: 'm', correlates: false });
  const content = (input: JsonObject, images?: ArkParams['images']) => bodyOf(input, { images }).content;

  it('has no field that was not asked for, except the one that turns the watermark off', () => {
    expect(bodyOf({ prompt: 'a cat' })).toEqual({
      model: 'm',
      content: [{ type: 'text', text: 'a cat' }],
      watermark: false,
    });
  });

  it('never carries an input that is not in the tables', () => {
    const input = {
      prompt: 'a',
      watermark: true,
      frames: 29,
      draft: true,
      model: 'x',
      tools: [1],
      ratio: '1:1',
    };
    expect(bodyOf(input)).toEqual(bodyOf({ prompt: 'a' }));
  });

  it('keeps zero, false and minus one', () => {
    const input = { seed: 0, camera_fixed: false, audio: false, return_last_frame: false, duration: 0 };
    expect(bodyOf(input)).toMatchObject({
      seed: 0,
      camera_fixed: false,
      generate_audio: false,
      return_last_frame: false,
      duration: 0,
    });
    expect(bodyOf({ seed: -1 })).toMatchObject({ seed: -1 });
  });

  it.each([
    ['auto', 'adaptive'],
    ['21:9', '21:9'],
  ])('sends the ratio %s as %s', (ours, theirs) => {
    expect(bodyOf({ aspect_ratio: ours }).ratio).toBe(theirs);
  });

  it('gives every picture the role that the offer names', () => {
    const rolesOf = (images: ArkParams['images']) =>
      (content({ img_urls: ['a', 'b'] }, images) as JsonObject[]).map(({ role }) => role);
    expect(rolesOf('frames')).toEqual(['first_frame', 'last_frame']);
    expect(rolesOf('references')).toEqual(['reference_image', 'reference_image']);
  });

  it('has the text first, then pictures, clips and sounds in their order', () => {
    const items = content({
      reference_audios: ['s'],
      reference_videos: ['v', 'w'],
      reference_images: ['i'],
      prompt: 'p',
    }) as JsonObject[];
    expect(items.map(({ type, role }) => role ?? type)).toEqual([
      'text',
      'reference_image',
      'reference_video',
      'reference_video',
      'reference_audio',
    ]);
  });

  it("carries the tier and the time limit of the offer, Reelay's address and Reelay's token", () => {
    const params = { model: {}, service_tier: 'flex', execution_expires_after: 7200 } as const;
    const body = toWire(
      { ...request, callbackUrl: 'https://us/x' },
      { params, modelId: 'ep-20261121101010-abcde', correlates: true },
    );
    expect(body).toMatchObject({
      model: 'ep-20261121101010-abcde',
      service_tier: 'flex',
      execution_expires_after: 7200,
      callback_url: 'https://us/x',
      safety_identifier: 'rl-1-1',
    });
  });
});

test.each([
  ['a cat --dur 12', 'a cat dur 12'],
  ['a cat --rs 1080p --ratio 21:9', 'a cat rs 1080p ratio 21:9'],
  ['a cat --resolution 4k --rt 1:1', 'a cat resolution 4k rt 1:1'],
  ['a cat --frames 289 --fps 24 --framespersecond 24', 'a cat frames 289 fps 24 framespersecond 24'],
  [
    'a cat --seed 7 --camerafixed true --cf true --watermark true',
    'a cat seed 7 camerafixed true cf true watermark true',
  ],
  ['--duration=12', 'duration=12'],
  ['a cat\n--dur\n12', 'a cat\ndur\n12'],
  ['---dur 12', 'dur 12'],
  ['-- --dur 12', 'dur 12'],
  ['a well--known road -- and more', 'a well--known road -- and more'],
  ['--WM true', 'WM true'],
])('a flag in the prompt %j loses its hyphens and nothing else changes', (prompt, clean) => {
  expect(neutralisePrompt(prompt)).toBe(clean);
});
