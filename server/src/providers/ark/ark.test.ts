import { expect, test } from 'vitest';
import { readShippedModels } from '../../catalog/models.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { steadyClock, systemClock } from '../../lib/time.ts';
import { describeConformance } from '../conformance.ts';
import type { CallContext, StartRequest } from '../contract.ts';
import { ark } from './ark.ts';

describeConformance({
  provider: ark,
  fixtures: new URL('./fixtures/', import.meta.url),
  secrets: { api_key: 'ark-secret-0123456789' },
  reference: { id: 'cgt-20261121000000-abcde' },
  essentials: {
    state: ['status', 'items[].status'],
    decides: [
      'id',
      'error.code',
      'error.param',
      'items[].id',
      'items[].safety_identifier',
      'data[].url',
      'data[].error.code',
    ],
    file: ['content.video_url', 'content.last_frame_url', 'items[].content.video_url'],
  },
});

const [CHINA, BYTEPLUS] = [
  'https://ark.cn-beijing.volces.com/api/v3',
  'https://ark.ap-southeast.bytepluses.com/api/v3',
];

/**
 * An account at a host that is never called: its way out keeps what would be sent, and accepts every create.
 */
function accountAt(baseUrl: string): { context: CallContext; sent: (Json | undefined)[] } {
  const sent: (Json | undefined)[] = [];
  const fields = { api_key: 'key', base_url: baseUrl, recovery: 'off' };
  const context: CallContext = {
    credential: { id: 'test', fields },
    clock: systemClock,
    steady: steadyClock,
    readImage: () => Promise.reject(new Error('no picture is read')),
    http: {
      redact: (text) => text,
      async call({ json }) {
        sent.push(json);
        return { status: 200, headers: {}, json: { id: 'cgt-1' } };
      },
    },
  };
  return { context, sent };
}

function requestWith(params: JsonObject): StartRequest {
  const input = { prompt: 'a cat' };
  const model = 'bytedance/seedance1-0-pro-t2v';
  return { taskId: 'task', epoch: 1, token: 'rl-1', model, input, params, testMode: false, intentAtMs: 0 };
}

test.each([
  [CHINA, { cn: 'doubao-a', intl: 'a' }, 'doubao-a'],
  [BYTEPLUS, { cn: 'doubao-a', intl: 'a' }, 'a'],
  [CHINA, { cn: 'ep-20261121101010-abcde' }, 'ep-20261121101010-abcde'],
  [BYTEPLUS, { intl: 'ep-20261121101010-abcde' }, 'ep-20261121101010-abcde'],
])('an account at %s is asked for the model of its cloud', async (baseUrl, model, id) => {
  const { context, sent } = accountAt(baseUrl);
  expect(await ark.start(requestWith({ model }), context)).toMatchObject({ type: 'accepted' });
  expect(sent).toMatchObject([{ model: id }]);
  expect(sent[0]).not.toHaveProperty('safety_identifier');
});

test.each([
  [CHINA, { intl: 'a' }],
  [BYTEPLUS, { cn: 'doubao-a' }],
])('an account at %s is not asked for a model that only the other cloud has', async (baseUrl, model) => {
  const { context, sent } = accountAt(baseUrl);
  expect(await ark.start(requestWith({ model }), context)).toMatchObject({
    type: 'rejected',
    failure: { reason: 'unavailable' },
  });
  expect(sent).toEqual([]);
});

test('an account that sends no token cannot find a lost create', async () => {
  const { context, sent } = accountAt(CHINA);
  expect(await ark.find?.(requestWith({ model: { cn: 'a' } }), context)).toMatchObject({ type: 'unclear' });
  expect(sent).toEqual([]);
});

test.each([
  [{ model: {} }, 'model'],
  [{ model: { cn: '' } }, 'cn'],
  [{ model: { cn: 'a' }, images: 'both' }, 'images'],
  [{ model: { cn: 'a' }, service_tier: 'fast' }, 'service_tier'],
  [{ model: { cn: 'a' }, execution_expires_after: 3_599 }, 'execution_expires_after'],
])('the check of the params %j names %s', (params, place) => {
  expect(ark.checkParams(params).join()).toContain(place);
});

test('no task runs at the provider for longer than Reelay waits for it', () => {
  const wanted = readShippedModels().flatMap(({ model, offers, deadline_minutes: minutes = 0 }) =>
    offers
      .filter(({ provider, params }) => provider === 'ark' && params?.makes === undefined)
      .map(({ params }) => [model, params?.execution_expires_after, minutes * 60]),
  );
  for (const [model, given, seconds] of wanted) expect(given, String(model)).toBe(seconds);
  expect(wanted.length).toBeGreaterThan(15);
});
