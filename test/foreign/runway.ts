// npm @runwayml/sdk.
import RunwayML, { toFile } from '@runwayml/sdk';
import { expect } from 'vitest';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { runwayApi } from '../../emulators/runway/runway.ts';
import { ask, type ForeignClient, fetchVideo, methodsOf, refusalOf, samplePicture } from './client.ts';

function connect({ fields }: RunningEmulator, apiKey = fields.api_key): RunwayML {
  return new RunwayML({ apiKey, baseURL: fields.base_url, maxRetries: 0 });
}

const order = { model: 'gen4.5', promptText: 'a boat', duration: 5, ratio: '1280:720' } as const;

export const runway: ForeignClient = {
  client: '@runwayml/sdk',
  by: 'provider',
  api: runwayApi,
  pointedBy: '`baseURL`',
  steps: {
    'textToVideo.create, tasks.retrieve to the end': async (emulator) => {
      const client = connect(emulator);
      const { id } = await client.textToVideo.create(order);
      const done = await ask(async () => {
        const task = await client.tasks.retrieve(id);
        return task.status === 'SUCCEEDED' && task;
      });
      await fetchVideo(done.output[0]);
    },
    'tasks.retrieve, waitForTaskOutput': async (emulator) => {
      const client = connect(emulator);
      const { id } = await client.textToVideo.create(order);
      await ask(async () => (await client.tasks.retrieve(id)).status === 'SUCCEEDED');
      // It looks every six seconds, the first time at once.
      const { output } = await client.tasks.retrieve(id).waitForTaskOutput();
      await fetchVideo(output[0]);
    },
    'uploads.createEphemeral, imageToVideo.create': async (emulator) => {
      const client = connect(emulator);
      const file = await toFile(samplePicture(), 'a.png', { type: 'image/png' });
      const { uri } = await client.uploads.createEphemeral({ file });
      expect(uri).toMatch(/^runway:\/\//);
      expect(await client.imageToVideo.create({ ...order, promptImage: uri })).toMatchObject({
        id: expect.any(String),
      });
    },
    'tasks.delete of an open and of an ended task': async (emulator) => {
      const client = connect(emulator);
      emulator.set({ runMs: 60_000 });
      const { id } = await client.textToVideo.create(order);
      await client.tasks.delete(id);
      expect((await client.tasks.retrieve(id)).status).toBe('CANCELLED');
      emulator.set({ runMs: 0 });
      const { id: ended } = await client.textToVideo.create(order);
      await ask(async () => (await client.tasks.retrieve(ended)).status === 'SUCCEEDED');
      await client.tasks.delete(ended);
      expect(await refusalOf(client.tasks.retrieve(ended))).toBeInstanceOf(RunwayML.NotFoundError);
    },
    'organization.retrieve': async (emulator) => {
      expect(await connect(emulator).organization.retrieve()).toMatchObject({ creditBalance: 1_000_000 });
    },
    'a failed task as an error': async (emulator) => {
      const client = connect(emulator);
      const json = { failure: 'no', failureCode: 'SAFETY.INPUT.TEXT' };
      emulator.addFault({ on: 'start', kind: 'fail', json });
      const { id } = await client.textToVideo.create(order);
      await ask(async () => (await client.tasks.retrieve(id)).status === 'FAILED');
      const failed = client.tasks.retrieve(id).waitForTaskOutput();
      expect(await refusalOf(failed)).toMatchObject({ taskDetails: { failureCode: 'SAFETY.INPUT.TEXT' } });
    },
    'refusals as classes of errors': async (emulator) => {
      const wrong = connect(emulator).textToVideo.create({ ...order, duration: 99 });
      expect(await refusalOf(wrong)).toBeInstanceOf(RunwayML.BadRequestError);
      const refused = connect(emulator, 'key_another').tasks.retrieve('17f20503-6c24-4c16-946b-35dbbce2af2f');
      expect(await refusalOf(refused)).toBeInstanceOf(RunwayML.AuthenticationError);
    },
  },
  methods: () => {
    const { textToVideo, imageToVideo, tasks, uploads } = new RunwayML({ apiKey: 'none' });
    return [textToVideo, imageToVideo, tasks, uploads].flatMap(methodsOf);
  },
  leftOut: {
    'videoToVideo, characterPerformance, videoUpscale, recipes and the like': 'no model here is made by them',
    'avatars, voices, documents, workflows, routers': 'no part of a video by a model that is known',
  },
};
