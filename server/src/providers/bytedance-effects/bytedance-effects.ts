// Volcengine Intelligent Creation Cloud, whose effect templates turn photos into videos; its newer API is
// KickArt.
import { faultsOf } from '../answers.ts';
import type { Provider } from '../contract.ts';
import { CREDENTIAL_FIELDS } from './account.ts';
import { cancel, parseHint, poll, probe, start } from './client.ts';
import { paramsSchema } from './wire.ts';

export const bytedanceEffects: Provider = {
  id: 'bytedance-effects',
  facts: {
    title: 'Volcengine Intelligent Creation Cloud / KickArt',
    docs: 'https://www.volcengine.com/docs/6664/1984743',
    checked: '2026-11-21',
    credential: CREDENTIAL_FIELDS,
    // Only form B calls back; a lost submit of form A stays unknown.
    recovery: { kind: 'callback' },
    // Form B only; form A refuses.
    cancel: 'any time',
    hints: 'unsigned',
    resultHours: 24,
    // Not documented; results are gone by then.
    recordHours: 24,
    pollSecondsMin: 5,
    pollBatchMax: 1,
    pictures: {
      as: 'address',
      types: ['image/jpeg', 'image/png', 'image/webp'],
    },
    resultHosts: ['*'],
  },
  checkParams: (params) => faultsOf(paramsSchema, params),
  start,
  poll,
  cancel,
  parseHint,
  probe,
};
