// fal: the queue through which its models run.
import { faultsOf } from '../answers.ts';
import type { Provider } from '../contract.ts';
import { faultsOfFieldMap, findMapMisfit } from '../field-map.ts';
import { readAs } from '../kit/wire.ts';
import { cancel, parseHint, poll, probe, start } from './client.ts';
import { paramsSchema } from './wire.ts';

export const fal: Provider = {
  id: 'fal',
  facts: {
    title: 'fal',
    docs: 'https://fal.ai/docs/documentation/model-apis/inference/queue',
    checked: '2026-11-21',
    credential: [
      { name: 'api_key', environment: 'FAL_KEY', about: 'API key of fal', isSecret: true },
      {
        name: 'base_url',
        environment: 'FAL_BASE_URL',
        about: 'The queue; its backup host is https://queue.falrun.com',
        isSecret: false,
        fallback: 'https://queue.fal.run',
      },
      {
        name: 'jwks_url',
        environment: 'FAL_JWKS_URL',
        about: 'Public keys that sign callbacks; the key is not sent there. Formerly on rest.alpha.fal.ai',
        isSecret: false,
        fallback: 'https://rest.fal.ai/.well-known/jwks.json',
      },
      {
        name: 'platform_url',
        environment: 'FAL_PLATFORM_URL',
        about: 'Platform API, asked by the test of a credential alone',
        isSecret: false,
        fallback: 'https://api.fal.ai/v1',
      },
    ],
    recovery: { kind: 'callback' },
    cancel: 'any time',
    hints: 'signed',
    resultHours: 7 * 24,
    recordHours: 24,
    pollSecondsMin: 2,
    pollBatchMax: 1,
    pictures: {
      as: 'data',
      types: ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif'],
      dataBytesMax: 10 * 1024 * 1024,
    },
    resultHosts: ['fal.media', 'fal.run'],
  },
  checkParams(params) {
    const known = readAs(paramsSchema, params);
    return known ? faultsOfFieldMap(known) : faultsOf(paramsSchema, params);
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
