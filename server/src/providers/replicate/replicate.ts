// Replicate: predictions of any of its models.
import { faultsOf } from '../answers.ts';
import type { Provider } from '../contract.ts';
import { faultsOfFieldMap, findMapMisfit } from '../field-map.ts';
import { readAs } from '../kit/wire.ts';
import { cancel, parseHint, poll, probe, start } from './client.ts';
import { paramsSchema } from './wire.ts';

export const replicate: Provider = {
  id: 'replicate',
  facts: {
    title: 'Replicate',
    docs: 'https://replicate.com/docs/reference/http',
    checked: '2026-11-21',
    credential: [
      {
        name: 'api_key',
        environment: 'REPLICATE_API_TOKEN',
        about: 'API token of Replicate',
        isSecret: true,
      },
      {
        name: 'webhook_secret',
        environment: 'REPLICATE_WEBHOOK_SECRET',
        about:
          'Signs callbacks (whsec_…); without it they are accepted unsigned, as no more than a reason to look',
        isSecret: true,
        isOptional: true,
        fallback: '',
      },
      {
        name: 'base_url',
        environment: 'REPLICATE_BASE_URL',
        about: 'Address of the HTTP API',
        isSecret: false,
        fallback: 'https://api.replicate.com/v1',
      },
    ],
    recovery: { kind: 'callback' },
    cancel: 'any time',
    hints: 'signed',
    resultHours: 1,
    recordHours: 24,
    pollSecondsMin: 2,
    pollBatchMax: 1,
    pictures: {
      as: 'data',
      types: ['image/jpeg', 'image/png', 'image/webp'],
      dataBytesMax: 256 * 1024,
    },
    resultHosts: ['replicate.delivery'],
  },
  checkParams(params) {
    const known = readAs(paramsSchema, params);
    if (!known) return faultsOf(paramsSchema, params);
    const isOne = (known.model === undefined) !== (known.version === undefined);
    return [...(isOne ? [] : ['params: one of "model" and "version" is needed']), ...faultsOfFieldMap(known)];
  },
  findMisfit(params, input) {
    const known = readAs(paramsSchema, params);
    return known && findMapMisfit(known, input);
  },
  start,
  poll,
  cancel,
  parseHint,
  probe,
};
