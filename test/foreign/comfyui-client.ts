// npm @stable-canvas/comfyui-client: there is no client by ComfyUI itself.
import { Client } from '@stable-canvas/comfyui-client';
import { expect, onTestFinished } from 'vitest';
import { comfyuiApi } from '../../emulators/comfyui/comfyui.ts';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { readShippedModels } from '../../server/src/catalog/models.ts';
import { ask, type ForeignClient, isVideo, refusalOf } from './client.ts';

function connect({ url }: RunningEmulator): Client {
  const client = new Client({ api_host: new URL(url).host, clientId: 'foreign-1', fetch, WebSocket });
  onTestFinished(() => client.close());
  return client;
}

/** The workflow of a shipped model; its values are valid unchanged. */
function workflow(): Record<string, unknown> {
  const model = readShippedModels().find(({ offers }) => offers[0]?.provider === 'comfyui');
  return structuredClone(model?.offers[0].params?.workflow) as Record<string, unknown>;
}

interface Saved {
  images: { filename: string; subfolder: string; type: string }[];
}

async function fetchSaved({ url }: RunningEmulator, outputs: Record<string, Saved>): Promise<void> {
  const [{ images }] = Object.values(outputs);
  const response = await fetch(`${url}/view?${new URLSearchParams({ ...images[0] })}`);
  expect(isVideo(await response.arrayBuffer())).toBe(true);
}

export const comfyuiClient: ForeignClient = {
  row: 'E7',
  client: '@stable-canvas/comfyui-client',
  by: 'community',
  api: comfyuiApi,
  // A key would be for a proxy in front of the server; a WebSocket of a browser has no header for it.
  fields: { api_key: '' },
  pointedBy: '`api_host`',
  steps: {
    'getSystemStats, getQueue, getHistory': async (emulator) => {
      const client = connect(emulator);
      expect(await client.getSystemStats()).toMatchObject({ system: { os: 'posix' } });
      expect(await client.getQueue()).toEqual({ Running: [], Pending: [] });
      expect(await client.getHistory()).toEqual({ History: [] });
    },
    'getNodeDefs (`/object_info`), getVAEs, getSamplers': async (emulator) => {
      const client = connect(emulator);
      expect(await client.getNodeDefs()).toMatchObject({
        SaveVideo: { output_node: true, input: { required: { format: [['auto', 'mp4'], {}] } } },
      });
      expect(await client.getVAEs()).toContain('wan2.2_vae.safetensors');
      expect(await client.getSamplers()).toContain('uni_pc');
    },
    'runPrompt by polling, getPromptOutputs': async (emulator) => {
      const client = connect(emulator);
      const { prompt_id: id } = await client.runPrompt(workflow(), { polling_ms: 20 });
      await fetchSaved(emulator, await client.getPromptOutputs(id));
    },
    'enqueue over the WebSocket, with progress': async (emulator) => {
      const client = connect(emulator);
      await client.connect();
      const seen: number[] = [];
      const { data } = await client.enqueue(workflow(), {
        progress: ({ value }) => void seen.push(value),
        resolver: (result, output) => ({ ...result, data: output }),
      });
      await fetchSaved(emulator, { saved: data as unknown as Saved });
      expect(seen.length).toBeGreaterThan(0);
    },
    'connect by polling (`GET /prompt`)': async (emulator) => {
      const client = connect(emulator);
      const statuses: unknown[] = [];
      client.on('status', (status) => void statuses.push(status));
      await client.connect({ polling: { enabled: true, interval: 20 } });
      await ask(async () => statuses.length > 0);
      expect(statuses[0]).toEqual({ exec_info: { queue_remaining: 0 } });
    },
    'deleteItem, interrupt': async (emulator) => {
      emulator.set({ runMs: 60_000 });
      const client = connect(emulator);
      const { prompt_id: running } = await client._enqueue_prompt(workflow());
      const { prompt_id: waiting } = await client._enqueue_prompt(workflow());
      await ask(async () => (await client.getPromptStatus(running)).running);
      await client.deleteItem('queue', waiting);
      await client.interrupt(running);
      expect(emulator.jobCounts()).toMatchObject({ queued: 0, running: 0 });
    },
    'an error of a run over the WebSocket, and a graph that is refused': async (emulator) => {
      const client = connect(emulator);
      await client.connect();
      emulator.addFault({ on: 'start', kind: 'fail', json: { exception_message: 'out of memory' } });
      expect(await refusalOf(client.enqueue(workflow()))).toBeDefined();
      const broken = { 1: { class_type: 'NoSuchNode', inputs: {} } };
      expect(await refusalOf(client._enqueue_prompt(broken))).toBeDefined();
    },
  },
  leftOut: {
    'users, settings, logs, extensions, embeddings, models by folder': 'no part of a video by a workflow',
  },
};
