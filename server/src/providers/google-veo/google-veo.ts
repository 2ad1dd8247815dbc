// The videos and pictures of the Gemini API: Veo, Nano Banana. The key travels in a header alone, never in an address.
import { faultsOf } from '../answers.ts';
import type { Provider } from '../contract.ts';
import { downloadHeaders, poll, probe, start } from './client.ts';
import { paramsSchema } from './wire.ts';

export const googleVeo: Provider = {
  id: 'google-veo',
  facts: {
    title: 'Google Gemini API (Veo, Nano Banana)',
    docs: 'https://ai.google.dev/gemini-api/docs/veo',
    checked: '2026-11-21',
    credential: [
      {
        name: 'api_key',
        environment: 'GEMINI_API_KEY',
        about: 'API key of Google AI Studio, of a project with billing',
        isSecret: true,
      },
      {
        name: 'base_url',
        environment: 'GEMINI_BASE_URL',
        about: 'The Gemini API with its version; results are fetched with the key from this origin only',
        isSecret: false,
        fallback: 'https://generativelanguage.googleapis.com/v1beta',
      },
    ],
    recovery: { kind: 'none' },
    cancel: 'no',
    hints: 'no',
    resultHours: 48,
    recordHours: 48,
    pollSecondsMin: 10,
    pollBatchMax: 1,
    pictures: {
      as: 'bytes',
      types: ['image/jpeg', 'image/png', 'image/webp'],
    },
    resultHosts: ['googleapis.com', 'googleusercontent.com'],
  },
  checkParams: (params) => faultsOf(paramsSchema, params),
  start,
  poll,
  downloadHeaders,
  probe,
};
