// The pictures of OpenAI: the gpt-image family by `/v1/images/generations` and `/v1/images/edits`.
import { faultsOf } from '../answers.ts';
import type { Provider } from '../contract.ts';
import { poll, probe, start } from './client.ts';
import { paramsSchema } from './wire.ts';

export const openaiImages: Provider = {
  id: 'openai-images',
  facts: {
    title: 'OpenAI images',
    docs: 'https://developers.openai.com/api/docs/guides/image-generation',
    checked: '2026-11-30',
    credential: [
      {
        name: 'api_key',
        environment: 'OPENAI_API_KEY',
        about: 'API key of an OpenAI project; the gpt-image models want a verified organisation',
        isSecret: true,
      },
      {
        name: 'base_url',
        environment: 'OPENAI_BASE_URL',
        about: 'The API with its version',
        isSecret: false,
        fallback: 'https://api.openai.com/v1',
      },
    ],
    recovery: { kind: 'none' },
    cancel: 'no',
    hints: 'no',
    // Pictures come with the answer: these two are never waited for.
    resultHours: 1,
    recordHours: 1,
    pollSecondsMin: 1,
    pollBatchMax: 1,
    pictures: { as: 'bytes', types: ['image/png', 'image/jpeg', 'image/webp'] },
    resultHosts: ['openai.com'],
  },
  checkParams: (params) => faultsOf(paramsSchema, params),
  start,
  poll,
  probe,
};
