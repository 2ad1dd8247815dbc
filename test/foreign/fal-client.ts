// npm @fal-ai/client.
import { ApiError, createFalClient, type FalClient, ValidationError } from '@fal-ai/client';
import { expect } from 'vitest';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { falApi } from '../../emulators/fal/fal.ts';
import { ask, type ForeignClient, fetchVideo, redirectTo, refusalOf, sampleFile } from './client.ts';

const ENDPOINT = 'fal-ai/wan/v2.2-a14b/text-to-video';
const input = { prompt: 'a boat' };

function connect(emulator: RunningEmulator, credentials = emulator.fields.api_key): FalClient {
  return createFalClient({ credentials, fetch: redirectTo(emulator), retry: { maxRetries: 0 } });
}

export const falClient: ForeignClient = {
  row: 'E6',
  client: '@fal-ai/client',
  by: 'provider',
  api: falApi,
  pointedBy: 'a `fetch` of its own: its hosts are fixed',
  steps: {
    'queue.submit, status to the end, result': async (emulator) => {
      const { queue } = connect(emulator);
      const { request_id: requestId } = await queue.submit(ENDPOINT, { input });
      await ask(async () => (await queue.status(ENDPOINT, { requestId })).status === 'COMPLETED');
      const { data, requestId: named } = await queue.result(ENDPOINT, { requestId });
      await fetchVideo((data as { video: { url: string } }).video.url);
      expect(named).toBe(requestId);
    },
    'queue.status with logs': async (emulator) => {
      const { queue } = connect(emulator);
      const { request_id: requestId } = await queue.submit(ENDPOINT, { input });
      const done = await ask(async () => {
        const status = await queue.status(ENDPOINT, { requestId, logs: true });
        return status.status === 'COMPLETED' && status;
      });
      expect(done.logs[0]).toMatchObject({ level: 'INFO', message: expect.any(String) });
    },
    'subscribe by polling, and by the stream of states (subscribeToStatus)': async (emulator) => {
      for (const mode of ['polling', 'streaming'] as const) {
        const seen: string[] = [];
        const onQueueUpdate = ({ status }: { status: string }) => void seen.push(status);
        const how = mode === 'polling' ? { mode, pollInterval: 10 } : { mode };
        const { data } = await connect(emulator).subscribe(ENDPOINT, {
          input,
          logs: true,
          onQueueUpdate,
          ...how,
        });
        await fetchVideo(data.video.url);
        expect(seen.at(-1)).toBe('COMPLETED');
      }
    },
    'queue.streamStatus': async (emulator) => {
      const { queue } = connect(emulator);
      const { request_id: requestId } = await queue.submit(ENDPOINT, { input });
      const seen: string[] = [];
      for await (const { status } of await queue.streamStatus(ENDPOINT, { requestId })) seen.push(status);
      expect([...new Set(seen)].at(-1)).toBe('COMPLETED');
    },
    'queue.cancel': async (emulator) => {
      emulator.set({ queueMs: 60_000 });
      const { queue } = connect(emulator);
      const { request_id: requestId } = await queue.submit(ENDPOINT, { input });
      await queue.cancel(ENDPOINT, { requestId });
      expect(emulator.jobCounts().cancelled).toBe(1);
    },
    'storage.upload, and a file as an input': async (emulator) => {
      const client = connect(emulator);
      const url = await client.storage.upload(sampleFile());
      expect((await fetch(url)).headers.get('content-type')).toBe('image/png');
      const i2v = 'fal-ai/wan/v2.2-a14b/image-to-video';
      const { data } = await client.subscribe(i2v, {
        input: { ...input, image_url: sampleFile() },
        pollInterval: 10,
      });
      await fetchVideo((data as { video: { url: string } }).video.url);
    },
    refusals: async (emulator) => {
      const { queue } = connect(emulator);
      const wrongInput = { prompt: 1 as unknown as string };
      const { request_id: requestId } = await queue.submit(ENDPOINT, { input: wrongInput });
      await ask(async () => (await queue.status(ENDPOINT, { requestId })).status === 'COMPLETED');
      const wrong = (await refusalOf(queue.result(ENDPOINT, { requestId }))) as unknown as ValidationError;
      expect(wrong).toBeInstanceOf(ValidationError);
      expect([wrong.getFieldErrors('prompt').length, wrong.requestId]).toEqual([1, requestId]);
      const refused = connect(emulator, 'a:b').queue.submit(ENDPOINT, { input });
      expect(await refusalOf(refused)).toBeInstanceOf(ApiError);
    },
  },
  methods: () => Object.keys(createFalClient().queue),
  leftOut: {
    'run, stream, realtime': 'another host that answers in one call; the queue alone is emulated',
  },
};
