// npm @volcengine/openapi: signed calls of any service of Volcengine, here those of the effect templates.
import { Service } from '@volcengine/openapi';
import { expect } from 'vitest';
import { bytedanceEffectsApi } from '../../emulators/bytedance-effects/bytedance-effects.ts';
import { readCatalogue } from '../../emulators/bytedance-effects/templates.ts';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { ask, type ForeignClient, fetchVideo, refusalOf } from './client.ts';

type Call = (body: JsonObject) => Promise<Answer>;

interface Answer {
  ResponseMetadata?: { Error?: { Code: string } };
  Result?: JsonObject;
}

function connect({ url, fields }: RunningEmulator, secretKey = fields.secret_key) {
  const service = new Service({
    host: new URL(url).host,
    protocol: 'http:',
    serviceName: 'iccloud_muse',
    region: 'cn-north',
    defaultVersion: '2025-11-25',
    accessKeyId: fields.access_key,
    secretKey,
  });
  return {
    submit: service.createJSONAPI('SubmitAiTemplateTaskAsync') as unknown as Call,
    query: service.createJSONAPI('QueryAiTemplateTaskResult') as unknown as Call,
  };
}

function order(): JsonObject {
  const [item] = readCatalogue();
  const { TemplateId, ServiceId, InputNum, ConsumeItems } = item;
  const ResourceList = Array(Number(InputNum)).fill('https://a.example/b.png');
  const [{ Resolution }] = ConsumeItems as JsonObject[];
  return {
    ServerId: Number(ServiceId),
    PayloadJson: JSON.stringify({ TemplateId, ResourceList, Resolution }),
  };
}

export const volcengine: ForeignClient = {
  row: 'E3',
  client: '@volcengine/openapi',
  by: 'provider',
  api: bytedanceEffectsApi,
  pointedBy: '`host` and `protocol`',
  steps: {
    'SubmitAiTemplateTaskAsync, QueryAiTemplateTaskResult to the end': async (emulator) => {
      const { submit, query } = connect(emulator);
      const { Result: submitted } = await submit(order());
      const done = await ask(async () => {
        const { Result } = await query({ TaskId: String(submitted?.TaskId) });
        return Result?.Code === 0 && Result.Progress === 100 && Result;
      });
      await fetchVideo(String(JSON.parse(String(done.ResultExtra)).result_url));
    },
    'refusal of a wrong secret': async (emulator) => {
      const { submit } = connect(emulator, 'another-secret');
      expect(await refusalOf(submit(order()).then(throwOfError))).toBeDefined();
      expect(emulator.accepted()).toEqual([]);
    },
  },
  leftOut: { KickArt: 'the client has no call of it: tickets and keys are headers of plain requests' },
};

/** It answers with the error of the gateway, and throws only for the network. */
function throwOfError(answer: Answer): void {
  const { Error: refused } = answer.ResponseMetadata ?? {};
  if (refused) throw new Error(refused.Code);
}
