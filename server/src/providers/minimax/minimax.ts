// MiniMax: the Hailuo models use the first version of its video API, the H3 models the second; speech has a call of its own.
import { faultsOf } from '../answers.ts';
import type { Provider } from '../contract.ts';
import { parseHint } from './callback.ts';
import { cancel, poll, pollMany, probe, start } from './client.ts';
import { paramsSchema } from './wire.ts';

export const minimax: Provider = {
  id: 'minimax',
  facts: {
    title: 'MiniMax',
    docs: 'https://platform.minimax.io/docs/api-reference/video-generation-v2-create',
    checked: '2026-11-21',
    credential: [
      {
        name: 'api_key',
        environment: 'MINIMAX_API_KEY',
        about: 'API key; the H3 models need a pay-as-you-go key',
        isSecret: true,
      },
      {
        name: 'base_url',
        environment: 'MINIMAX_BASE_URL',
        about:
          'MiniMax international; in China it is https://api.minimaxi.com. A key works at one of them only',
        isSecret: false,
        fallback: 'https://api.minimax.io',
      },
    ],
    // Neither version echoes anything that Reelay sent, so the task list cannot show whose a task is.
    recovery: { kind: 'callback' },
    // The second version only; tasks of the first cannot be stopped.
    cancel: 'while queued',
    hints: 'unsigned',
    // Each look gives a new address.
    resultHours: 1,
    recordHours: 7 * 24,
    pollSecondsMin: 5,
    pollBatchMax: 20,
    pictures: {
      as: 'data',
      types: ['image/jpeg', 'image/png', 'image/webp'],
      dataBytesMax: 14 * 1024 * 1024,
    },
    resultHosts: ['*'],
  },
  checkParams: (params) => faultsOf(paramsSchema, params),
  start,
  poll,
  pollMany,
  cancel,
  parseHint,
  probe,
};
