// ComfyUI: a model is a stored workflow of the operator, and a map from the inputs of the model into it.
import type { Provider } from '../contract.ts';
import { cancel, downloadHeaders, find, poll, pollMany, probe, start } from './client.ts';
import { faultsOfParams } from './workflow.ts';

export const comfyui: Provider = {
  id: 'comfyui',
  facts: {
    title: 'ComfyUI',
    docs: 'https://docs.comfy.org/development/comfyui-server/comms_routes',
    checked: '2026-11-21',
    credential: [
      {
        name: 'base_url',
        environment: 'COMFYUI_BASE_URL',
        about: 'Address of the server, such as http://127.0.0.1:8188',
        isSecret: false,
      },
      {
        name: 'api_key',
        environment: 'COMFYUI_API_KEY',
        about: 'Key for a proxy in front of the server; empty without one',
        isSecret: true,
        fallback: '',
      },
      {
        name: 'auth_header',
        environment: 'COMFYUI_AUTH_HEADER',
        about:
          'Header that carries the key; in Authorization it is sent as Bearer unless it names its own scheme',
        isSecret: false,
        fallback: 'authorization',
      },
      {
        name: 'prompt_id',
        environment: 'COMFYUI_PROMPT_ID',
        about: "ours sends Reelay's id with each submit; theirs leaves the id to servers that refuse one",
        isSecret: false,
        fallback: 'ours',
      },
    ],
    recovery: { kind: 'find', visibleAfterSeconds: 60 },
    cancel: 'any time',
    hints: 'no',
    resultHours: 7 * 24,
    recordHours: 24,
    pollSecondsMin: 2,
    pollBatchMax: 20,
    pictures: {
      as: 'bytes',
      types: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/bmp', 'image/tiff'],
    },
    resultHosts: [],
  },
  checkParams: faultsOfParams,
  start,
  poll,
  pollMany,
  cancel,
  find,
  downloadHeaders,
  probe,
};
