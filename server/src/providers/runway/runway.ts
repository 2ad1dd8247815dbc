// Runway's developer API: its own Gen-4 models, and models of others that it resells.
import { faultsOf } from '../answers.ts';
import type { Provider } from '../contract.ts';
import { cancel, poll, probe, start } from './client.ts';
import { drawnSchema, editedSchema } from './wire.ts';

export const runway: Provider = {
  id: 'runway',
  facts: {
    title: 'Runway',
    docs: 'https://docs.dev.runwayml.com/api/',
    checked: '2026-11-21',
    credential: [
      {
        name: 'api_key',
        environment: 'RUNWAYML_API_SECRET',
        about: 'API key of the developer portal (dev.runwayml.com), not of the web application',
        isSecret: true,
      },
      {
        name: 'base_url',
        environment: 'RUNWAY_BASE_URL',
        about: 'The developer API, without its version',
        isSecret: false,
        fallback: 'https://api.dev.runwayml.com',
      },
      {
        name: 'version',
        environment: 'RUNWAY_API_VERSION',
        about: 'Sent as X-Runway-Version; an older one is refused four months after its successor',
        isSecret: false,
        fallback: '2024-11-06',
      },
    ],
    recovery: { kind: 'none' },
    cancel: 'any time',
    hints: 'no',
    resultHours: 24,
    recordHours: 24,
    pollSecondsMin: 5,
    pollBatchMax: 1,
    pictures: {
      as: 'data',
      types: ['image/jpeg', 'image/png', 'image/webp'],
      dataBytesMax: 3_900_000,
    },
    resultHosts: ['*'],
  },
  // Of the two forms the one that is meant, so that a fault names its field.
  checkParams: (params) =>
    faultsOf(params.endpoint === 'video_to_video' ? editedSchema : drawnSchema, params),
  start,
  poll,
  cancel,
  probe,
};
