// Sounds: of a provider whose answer is the result, of one that is asked about its jobs, and of drafts. What came is stored,
// measured and charged; a lost answer is never sent again.
import { describe, expect, it } from 'vitest';
import { findFileTypeByHead } from '../../server/src/lib/file-types.ts';
import type { Json } from '../../server/src/lib/json.ts';
import { startUpstreams } from '../stage/upstreams.ts';

const upstreams = await startUpstreams({ emulators: { minimax: {}, fal: {} } });
const minimax = upstreams.emulators.get('minimax');
if (!minimax) throw new Error('no emulator');
const SPEECH = 'minimax/speech-2.8-hd';
const TEXT = 'Good evening, 大家好.';
/** 20 credits for 1,000 characters; three are Chinese and count twice. */
const CREDITS = 0.42;

interface DraftTask {
  task_id: string;
  status: string;
  credits: number;
  result: { usage: Record<string, Json>; media_urls: string[] };
}

async function make(model: string, input: Record<string, Json>) {
  const before = await upstreams.balance();
  const id = await upstreams.begin(model, input);
  const task = await upstreams.end(id);
  const after = await upstreams.balance();
  expect(after.held).toBe(0n);
  return { id, task, charged: Number(before.posted - after.posted) / 1_000_000 };
}

async function typeOf(url: string | undefined) {
  const response = await fetch(url ?? '');
  const shown = findFileTypeByHead(Buffer.from(await response.arrayBuffer()))?.contentType;
  return { announced: response.headers.get('content-type'), shown };
}

describe('sounds of a provider', () => {
  it('come with the answer to the start, and cost what the vendor counts', async () => {
    const { task, charged } = await make(SPEECH, { text: TEXT, format: 'wav' });
    expect(task).toMatchObject({ status: 'success', provider: 'minimax', credits: CREDITS });
    expect(task.result?.usage).toMatchObject({ characters: 21, duration: expect.any(Number) });
    expect(charged).toBe(CREDITS);
    const [url] = task.result?.media_urls ?? [];
    expect(url).toContain('/audio.wav?');
    expect(await typeOf(url)).toEqual({ announced: 'audio/wav', shown: 'audio/wav' });
  });

  it('are asked about where the provider has jobs', async () => {
    const { task } = await make('elevenlabs/sound-effect-v2', { text: 'rain', duration: 3 });
    expect(task).toMatchObject({ status: 'success', provider: 'fal', result: { usage: { duration: 3 } } });
    expect(await typeOf(task.result?.media_urls[0])).toEqual({
      announced: 'audio/mpeg',
      shown: 'audio/mpeg',
    });
  });

  it.each(['close_after', 'half'] as const)(
    'are asked for once when the answer is lost: %s',
    async (kind) => {
      const begun = minimax.accepted().length;
      minimax.addFault({ on: 'start', kind });
      const id = await upstreams.begin(SPEECH, { text: TEXT });
      await expect.poll(async () => (await upstreams.eventsOf(id)).at(-1)).toBe('attempt.unknown');
      expect(minimax.accepted().length - begun).toBe(1);
      await upstreams.cancel(id);
      expect(await upstreams.end(id)).toMatchObject({ status: 'failed', credits: 0 });
    },
  );
});

it('two songs of a test key are drafts that can be heard, and each is charged', async () => {
  const { core, accountId, url } = upstreams;
  const { key } = await core.accounts.createKey({ account: accountId, mode: 'test', name: 'test' });
  await core.credits.grant({ accountId, book: 'test', amount: 100_000_000n, reason: 'for the test' });
  const call = async (path: string, body?: Json) => {
    const response = await fetch(`${url}/api/v1/client/job/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    return ((await response.json()) as { data: DraftTask }).data;
  };
  const input = { prompt: 'a waltz in D major' };
  const { task_id: id } = await call('CreateTask', { model: 'suno/music-generate', input });
  await expect.poll(async () => (await call(`TaskInfo?task_id=${id}`)).status).toBe('success');
  const { credits, result } = await call(`TaskInfo?task_id=${id}`);
  expect(credits).toBe(20);
  expect(result.usage).toMatchObject({ sounds: 2, duration: 30, key: 'D major', renderer: 'draft-2' });
  expect(result.media_urls).toHaveLength(2);
  for (const address of result.media_urls) {
    expect(await typeOf(address)).toEqual({ announced: 'audio/mpeg', shown: 'audio/mpeg' });
  }
});
