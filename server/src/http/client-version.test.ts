import { describe, expect, it } from 'vitest';
import { VERSION } from '../lib/version.ts';
import { isTooOld } from './client-version.ts';
import { createTestApi } from './testing.ts';

const api = await createTestApi();
const caller = await api.openAccount();

describe('a client', () => {
  it.each([
    ['sdk/0.1.0', '0.2.0', true],
    ['ai-sdk/0.9.9', '1.0.0', true],
    ['sdk/1.9.0', '2.0.0', true],
    ['sdk/0.1.0', '0.1.7', false],
    ['sdk/1.0.0', '1.4.0', false],
    ['sdk/0.3.0', '0.2.0', false],
    ['sdk/2.0.0-beta', '1.9.0', false],
    ['curl', '1.0.0', false],
    ['sdk/', '1.0.0', false],
  ])('%s is too old for a server of %s: %s', (client, version, expected) => {
    expect(isTooOld(client, version)).toBe(expected);
  });

  it('that is too old is served, and learns the version of the server with refusals too', async () => {
    const old = { 'x-reelay-client': 'sdk/0.0.9' };
    const path = '/api/v1/client/account/balance';
    const served = await api.call({ path, key: caller.key, headers: old });
    const refused = await api.call({ path, key: 'ak_test_unknown', headers: old });
    expect([served.status, refused.status]).toEqual([200, 401]);
    for (const { headers } of [served, refused]) expect(headers['x-reelay-update']).toBe(VERSION);
    const current = await api.call({
      path,
      key: caller.key,
      headers: { 'x-reelay-client': `sdk/${VERSION}` },
    });
    expect(current.headers).not.toHaveProperty('x-reelay-update');
  });
});
