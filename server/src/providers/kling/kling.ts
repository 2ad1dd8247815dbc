// Kling AI: the models that are named in the body (`model_name`), under an API key or the older key pair of
// an account.
import { faultsOf } from '../answers.ts';
import type { Provider } from '../contract.ts';
import { find, parseHint, poll, pollMany, probe, start } from './client.ts';
import { paramsSchema } from './wire.ts';

const DAY_HOURS = 24;

export const kling: Provider = {
  id: 'kling',
  facts: {
    title: 'Kling AI',
    docs: 'https://kling.ai/document-api/apiReference/model/textToVideo',
    checked: '2026-11-21',
    credential: [
      {
        name: 'api_key',
        environment: 'KLING_API_KEY',
        about: 'API key of the account, the newer way; with it the pair is not needed',
        isSecret: true,
        isOptional: true,
        way: 'key',
        fallback: '',
      },
      {
        name: 'access_key',
        environment: 'KLING_ACCESS_KEY',
        about: 'Access key of an older pair, for models up to 3.0',
        isSecret: true,
        isOptional: true,
        way: 'pair',
        fallback: '',
      },
      {
        name: 'secret_key',
        environment: 'KLING_SECRET_KEY',
        about: 'Secret key of the pair; it signs a token for each call and is never sent',
        isSecret: true,
        isOptional: true,
        way: 'pair',
        fallback: '',
      },
      {
        name: 'webhook_secret',
        environment: 'KLING_WEBHOOK_SECRET',
        about:
          'Proves callbacks, where the console has one (whsec_…); without it they are only a reason to look',
        isSecret: true,
        isOptional: true,
        fallback: '',
      },
      {
        name: 'base_url',
        environment: 'KLING_BASE_URL',
        about: 'Kling in Singapore; in China it is https://api-beijing.klingai.com',
        isSecret: false,
        fallback: 'https://api-singapore.klingai.com',
      },
    ],
    // How soon a task can be found is not documented; a create is answered within seconds.
    recovery: { kind: 'find', visibleAfterSeconds: 120 },
    cancel: 'no',
    hints: 'unsigned',
    resultHours: 30 * DAY_HOURS,
    recordHours: 30 * DAY_HOURS,
    pollSecondsMin: 2,
    pollBatchMax: 100,
    pictures: {
      as: 'data',
      types: ['image/jpeg', 'image/png'],
      dataBytesMax: 10 * 1024 * 1024,
    },
    resultHosts: ['*'],
  },
  checkParams: (params) => faultsOf(paramsSchema, params),
  start,
  poll,
  pollMany,
  find,
  parseHint,
  probe,
};
