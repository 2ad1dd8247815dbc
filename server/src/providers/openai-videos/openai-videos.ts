// The `/v1/videos` dialect of OpenAI: vLLM-Omni, SGLang Diffusion, LiteLLM and other services that speak it.
// OpenAI's own service ended on 24 September 2026, so there is no default address.
import type { Provider } from '../contract.ts';
import { cancel, downloadHeaders, poll, probe, start } from './client.ts';
import { faultsOfParams } from './map.ts';

export const openaiVideos: Provider = {
  id: 'openai-videos',
  facts: {
    title: 'OpenAI videos dialect (vLLM-Omni, SGLang, LiteLLM)',
    docs: 'https://github.com/vllm-project/vllm-omni/blob/main/docs/serving/videos_api.md',
    checked: '2026-11-21',
    credential: [
      {
        name: 'api_key',
        environment: 'OPENAI_VIDEOS_API_KEY',
        about: 'API key, sent as Bearer; empty for an engine without one',
        isSecret: true,
        fallback: '',
      },
      {
        name: 'base_url',
        environment: 'OPENAI_VIDEOS_BASE_URL',
        about: 'Address of the engine up to the version, such as http://127.0.0.1:8000/v1',
        isSecret: false,
      },
    ],
    recovery: { kind: 'none' },
    cancel: 'any time',
    hints: 'no',
    resultHours: 1,
    recordHours: 24,
    pollSecondsMin: 2,
    pollBatchMax: 1,
    pictures: {
      as: 'bytes',
      types: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/bmp'],
    },
    resultHosts: ['*'],
  },
  checkParams: faultsOfParams,
  start,
  poll,
  cancel,
  downloadHeaders,
  probe,
};
