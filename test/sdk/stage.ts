// What the parts of the suite share: one server with a worker and an emulator, and a proxy that cuts what goes through it.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { Reelay } from '../../sdk/src/sdk.ts';
import { type CuttingProxy, startCuttingProxy } from '../stage/cutting-proxy.ts';
import { startUpstreams, type Upstreams } from '../stage/upstreams.ts';

/** A model of the emulator. */
export const MODEL = 'kling/v3-t2v';
export const WITHIN_MS = 60_000;

export interface SdkStage {
  upstreams: Upstreams;
  proxy: CuttingProxy;
  /** With a live key, through the proxy. */
  reelay: Reelay;
  testKey: string;
  /** With the test key, through the proxy. */
  tester: Reelay;
  folder: string;
}

export async function startStage(): Promise<SdkStage> {
  const upstreams = await startUpstreams({ emulators: { kling: {} } });
  const proxy = await startCuttingProxy(upstreams.url);
  // Links of files lead through the proxy too.
  upstreams.core.publicUrl.value = proxy.url;
  afterAll(() => proxy.close());
  const account = upstreams.accountId;
  const { key: testKey } = await upstreams.core.accounts.createKey({ account, mode: 'test', name: 'test' });
  return {
    upstreams,
    proxy,
    reelay: new Reelay({ apiKey: upstreams.key, baseUrl: proxy.url }),
    testKey,
    tester: new Reelay({ apiKey: testKey, baseUrl: proxy.url }),
    folder: await mkdtemp(join(inject('testServer').folder, 'sdk-')),
  };
}
