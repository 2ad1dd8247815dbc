import { describe, expect, test } from 'vitest';
import type { Json } from '../../lib/json.ts';
import { describeConformance } from '../conformance.ts';
import { saysMissing, toFailure } from './map.ts';
import { minimax } from './minimax.ts';

const fixtures = new URL('./fixtures/', import.meta.url);
const essentials = {
  state: ['status', 'task.status', 'items[].status', 'action'],
  // The first version reports a missing task this way, under a good status.
  ends: ['base_resp.status_code', 'base_resp.status_msg'],
  decides: ['task_id', 'task.id', 'items[].id', 'error.message', 'task.error.code', 'challenge'],
  file: ['data.audio', 'file_id', 'file.download_url', 'task.content.url', 'items[].content.url'],
};
const secrets = { api_key: 'minimax-secret-0123456789' };

describe.each([
  ['first', { api: 'v1', id: '176843862716480' }],
  ['second', { api: 'v2', id: '424010985738629' }],
])('with a task of the %s version', (_name, reference) => {
  describeConformance({ provider: minimax, fixtures, secrets, reference, essentials });
});

const answer = (json: Json, status = 200) => ({ status, headers: {}, json });

test.each([
  [1000, undefined],
  [1001, undefined],
  [1002, 'rate_limited'],
  [1004, 'bad_credentials'],
  [1008, 'quota_exhausted'],
  [1013, undefined],
  [1024, undefined],
  [1026, 'content_refused'],
  [1027, 'content_refused'],
  [1033, undefined],
  [1039, 'rate_limited'],
  [1041, 'rate_limited'],
  [1042, 'invalid_input'],
  [2013, 'invalid_input'],
  [2045, 'rate_limited'],
  [2049, 'bad_credentials'],
  [2056, 'quota_exhausted'],
  [2061, 'unavailable'],
])('the code %i means %s in both versions', (code, reason) => {
  const first = answer({ base_resp: { status_code: code, status_msg: 'words' } });
  const second = answer({ type: 'error', error: { message: `words (${code})` } }, 400);
  expect(toFailure(first)?.reason).toBe(reason);
  expect(toFailure(second)?.reason).toBe(reason);
});

test.each([
  ['task', 'invalid params, invalid task_id', true],
  ['task', 'task_id does not exist', true],
  ['task', 'task not found', true],
  ['task', 'invalid params', false],
  ['task', 'rate limit', false],
  ['file', 'file_id not found', true],
  ['file', 'invalid file_id', true],
  ['file', 'file expired', true],
  ['file', 'invalid task_id', false],
] as const)('of a %s, "%s" says that it is missing: %s', (what, words, isMissing) => {
  const json = { base_resp: { status_code: 2013, status_msg: words } };
  expect(saysMissing(answer(json), what)).toBe(isMissing);
  expect(saysMissing(answer(json, 500), what)).toBe(false);
});
