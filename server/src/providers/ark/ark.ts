// Volcengine Ark and BytePlus ModelArk: the Seedance models, and the Seedream models, whose pictures come at once.
import { faultsOf } from '../answers.ts';
import type { Provider } from '../contract.ts';
import { cancel, find, findMisfit, parseHint, poll, pollMany, probe, start } from './client.ts';
import { paramsSchema } from './wire.ts';

export const ark: Provider = {
  id: 'ark',
  facts: {
    title: 'Volcengine Ark / BytePlus ModelArk',
    docs: 'https://www.volcengine.com/docs/82379/1520757',
    checked: '2026-11-21',
    credential: [
      {
        name: 'api_key',
        environment: 'ARK_API_KEY',
        about: 'API key of Ark or ModelArk',
        isSecret: true,
      },
      {
        name: 'base_url',
        environment: 'ARK_BASE_URL',
        about: 'Ark in China; BytePlus is https://ark.ap-southeast.bytepluses.com/api/v3',
        isSecret: false,
        fallback: 'https://ark.cn-beijing.volces.com/api/v3',
      },
      {
        name: 'recovery',
        environment: 'ARK_RECOVERY',
        about:
          "safety_identifier sends Reelay's token in that field, to find a lost create by it; off sends none",
        isSecret: false,
        fallback: 'safety_identifier',
      },
    ],
    recovery: { kind: 'callback' },
    cancel: 'while queued',
    hints: 'unsigned',
    resultHours: 24,
    recordHours: 7 * 24,
    pollSecondsMin: 2,
    pollBatchMax: 100,
    pictures: {
      as: 'data',
      types: ['image/jpeg', 'image/png', 'image/webp', 'image/bmp', 'image/tiff', 'image/gif', 'image/heic'],
      dataBytesMax: 20 * 1024 * 1024,
    },
    resultHosts: ['*'],
  },
  checkParams: (params) => faultsOf(paramsSchema, params),
  findMisfit,
  start,
  poll,
  pollMany,
  cancel,
  find,
  parseHint,
  probe,
};
