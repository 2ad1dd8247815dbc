// npm @stable-canvas/comfyui-client: there is no client by ComfyUI itself.
import { Client } from '@stable-canvas/comfyui-client';
import { expect } from 'vitest';
import { comfyuiApi } from '../../emulators/comfyui/comfyui.ts';
import type { RunningEmulator } from '../../emulators/core/server.ts';
import type { ForeignClient } from './client.ts';

/** It has no key of its own: one for the proxy before a server goes into every request. */
function connect({ url, fields }: RunningEmulator): Client {
  const keyed: typeof fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('x-api-key', fields.api_key);
    return fetch(input, { ...init, headers });
  };
  return new Client({ api_host: new URL(url).host, fetch: keyed, WebSocket });
}

export const comfyuiClient: ForeignClient = {
  row: 'E7',
  client: '@stable-canvas/comfyui-client',
  by: 'community',
  api: comfyuiApi,
  pointedBy: '`api_host`',
  steps: {
    'getSystemStats, getQueue, getHistory': async (emulator) => {
      const client = connect(emulator);
      expect(await client.getSystemStats()).toMatchObject({ system: { os: 'posix' } });
      expect(await client.getQueue()).toEqual({ Running: [], Pending: [] });
      expect(await client.getHistory()).toEqual({ History: [] });
    },
  },
};
