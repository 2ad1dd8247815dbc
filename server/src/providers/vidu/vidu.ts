// The Vidu open platform: the models Q1 to Q3, and Vidu's own effect templates.
import type { JsonObject } from '../../lib/json.ts';
import { faultsOf } from '../answers.ts';
import type { Provider } from '../contract.ts';
import { parseHint } from './callback.ts';
import { cancel, poll, pollMany, probe, start } from './client.ts';
import { find } from './find.ts';
import { paramsSchema } from './wire.ts';

function checkParams(params: JsonObject): string[] {
  const endpoint = String(params.endpoint);
  const hasModel = !endpoint.startsWith('template') && endpoint !== 'lip-sync';
  const misses = hasModel && params.model === undefined;
  return [...faultsOf(paramsSchema, params), ...(misses ? ['model: is missing for this endpoint'] : [])];
}

export const vidu: Provider = {
  id: 'vidu',
  facts: {
    title: 'Vidu open platform',
    docs: 'https://platform.vidu.com/docs/reference-to-video',
    checked: '2026-11-21',
    credential: [
      { name: 'api_key', environment: 'VIDU_API_KEY', about: 'API key of the Vidu platform', isSecret: true },
      {
        name: 'base_url',
        environment: 'VIDU_BASE_URL',
        about: 'The international host; mainland China is https://api.vidu.cn',
        isSecret: false,
        fallback: 'https://api.vidu.com',
      },
      {
        name: 'moderation',
        environment: 'VIDU_MODERATION',
        about: 'on sends the input moderation as true or false; the documents of v2 do not list the field',
        isSecret: false,
        fallback: 'off',
      },
      {
        name: 'audio_form',
        environment: 'VIDU_AUDIO_FORM',
        about:
          'subjects sends the pictures of Q1 as subjects 1, 2, … when sound is asked for; images does not',
        isSecret: false,
        fallback: 'images',
      },
    ],
    recovery: { kind: 'find', visibleAfterSeconds: 600 },
    cancel: 'while queued',
    hints: 'signed',
    resultHours: 24,
    recordHours: 7 * 24,
    pollSecondsMin: 3,
    pollBatchMax: 50,
    pictures: {
      as: 'data',
      types: ['image/jpeg', 'image/png', 'image/webp'],
      dataBytesMax: 14 * 1024 * 1024,
    },
    resultHosts: ['*'],
  },
  checkParams,
  start,
  poll,
  pollMany,
  cancel,
  find,
  parseHint,
  probe,
};
