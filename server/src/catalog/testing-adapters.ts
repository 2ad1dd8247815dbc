// Adapters without their providers: what they would ask for. Only for tests.
import type { JsonObject } from '../lib/json.ts';
import { steadyClock, systemClock } from '../lib/time.ts';
import type { ApiCall, CallContext, StartOutcome, StartRequest } from '../providers/contract.ts';
import { CallFailed } from '../providers/http.ts';
import { providers } from '../providers/registry.ts';
import type { Model, Offer } from './models.ts';
import { withDefaults } from './prices.ts';

/** What an adapter does with an input while no provider can be reached. */
interface OfflineStart {
  /** What was asked of the provider; undefined when the offer refuses the input before any call. */
  sent: string | undefined;
  outcome: StartOutcome;
}

/** Starts a task at an offer whose provider cannot be reached. */
export async function startOffline(model: Model, offer: Offer, input: JsonObject): Promise<OfflineStart> {
  const provider = providers.get(offer.provider);
  if (!provider) throw new Error(`there is no ${offer.provider}`);
  const fields = Object.fromEntries(
    provider.facts.credential.map(({ name, fallback }) => [name, fallback ?? 'https://provider.example']),
  );
  const calls: ApiCall[] = [];
  const context: CallContext = {
    credential: { id: 'one', fields: { ...fields, moderation: 'on' } },
    http: {
      call: async (call) => {
        calls.push(call);
        const isUpload = call.path.includes('/upload/');
        if (isUpload)
          return { status: 200, headers: {}, json: { name: nameOf(call), subfolder: '', type: 'input' } };
        throw new CallFailed('unavailable', 'nothing is there', { maybeSent: false });
      },
      redact: (text) => text,
    },
    clock: systemClock,
    steady: steadyClock,
    readImage: async (url) => ({ bytes: Buffer.from(url), contentType: 'image/png' }),
  };
  const request: StartRequest = {
    taskId: '00000000-0000-4000-8000-000000000000',
    epoch: 1,
    token: 'token',
    model: model.model,
    input: withDefaults(input, model.input_schema.properties),
    params: offer.params ?? {},
    template: { ServiceId: '1', TemplateId: '104909826' },
    testMode: false,
    intentAtMs: 0,
  };
  const outcome = await provider.start(request, context);
  return { outcome, sent: calls.length === 0 ? undefined : JSON.stringify(calls.map(textOf)) };
}

/** What a call says, without its signature. */
function textOf({ path, query, json, form, body }: ApiCall): unknown {
  const parts = form?.map((part) =>
    'text' in part ? part : { ...part, bytes: Buffer.from(part.bytes).toString() },
  );
  return { path, query, json, parts, body: body?.text };
}

function nameOf(call: ApiCall): string {
  const [file] = (call.form ?? []).flatMap((part) =>
    'bytes' in part ? [Buffer.from(part.bytes).toString('hex')] : [],
  );
  return file ?? 'none';
}
