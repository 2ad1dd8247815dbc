// What every outcome goes through on its way from an adapter to the engine, whichever adapter made it:
// secrets are removed, words are cut to one line, and what an answer must not carry (a thousand results, an
// endless amount) is left out. It never changes what an outcome means, except for a reference that cannot be
// kept.
import type { Json, JsonObject } from '../lib/json.ts';
import type {
  Amount,
  CallContext,
  CancelOutcome,
  Failure,
  FindOutcome,
  HintOutcome,
  PollOutcome,
  ProbeOutcome,
  Provider,
  ProviderHttp,
  Reference,
  StartOutcome,
  Success,
  UnreadFields,
} from './contract.ts';

/** Of a sentence for a user. */
const WORDS_MAX = 500;
/** Of a code, a model version, a fact of the usage. */
const NAME_MAX = 200;
const OUTPUTS_MAX = 16;
const REFERENCE_CHARACTERS_MAX = 8_192;
/** Of an address of a result that came with the answer to a start: it is stored with the attempt. */
const ADDRESS_CHARACTERS_MAX = 8_192;
const RETRY_AFTER_SECONDS_MAX = 3600;
const UNREAD_MAX = 16;
/** More of any unit is a mistake; it would overflow the sums. */
const AMOUNT_MAX = 1e9;

type Redact = ProviderHttp['redact'];

/** One line without secrets. */
function toLine(text: string, redact: Redact, charactersMax: number): string {
  const line = redact(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length > charactersMax ? line.slice(0, charactersMax).toWellFormed() : line;
}

/** Providers repeat what they received: their words are shortened and lose every secret. */
export function cleanFailure(failure: Failure, { redact }: ProviderHttp): Failure {
  const { message, code, operatorDetail, retryAfterSeconds: seconds } = failure;
  const clean: Failure = { ...failure, message: toLine(message, redact, WORDS_MAX) || 'No reason was given' };
  if (code !== undefined) clean.code = toLine(code, redact, NAME_MAX);
  if (operatorDetail !== undefined) clean.operatorDetail = toLine(operatorDetail, redact, WORDS_MAX);
  if (seconds !== undefined)
    clean.retryAfterSeconds = Math.min(RETRY_AFTER_SECONDS_MAX, Math.max(0, seconds));
  return clean;
}

/** An amount that can be counted; any other counts as none. */
function countable(used: Amount | undefined): Amount | undefined {
  return used && used.amount >= 0 && used.amount <= AMOUNT_MAX ? used : undefined;
}

/** Names of fields that could not be read; they come from Reelay's schemas, so they need no cleaning. */
function cleanUnread(unread: UnreadFields | undefined): { unread?: UnreadFields } {
  return unread && unread.length > 0 ? { unread: [...new Set(unread)].slice(0, UNREAD_MAX) } : {};
}

function isKeepable(reference: Reference): boolean {
  return JSON.stringify(reference).length <= REFERENCE_CHARACTERS_MAX;
}

function cleanFact(value: Json, redact: Redact): Json {
  if (typeof value === 'string') return toLine(value, redact, NAME_MAX);
  return typeof value === 'object' && value !== null
    ? toLine(JSON.stringify(value), redact, NAME_MAX)
    : value;
}

function cleanUsage(usage: JsonObject, redact: Redact): JsonObject {
  return Object.fromEntries(Object.entries(usage).map(([name, value]) => [name, cleanFact(value, redact)]));
}

function cleanSuccess(success: Success, { redact }: ProviderHttp): PollOutcome {
  const { outputs, usage, modelVersion, used, unread } = success;
  if (outputs.length === 0) {
    const message = 'The provider says that it is made, but names no file';
    return { type: 'unanswered', failure: { reason: 'unreadable', message, isMade: true } };
  }
  const amount = countable(used);
  const beyond = [...(outputs.length > OUTPUTS_MAX ? ['outputs'] : []), ...(used && !amount ? ['used'] : [])];
  return {
    type: 'succeeded',
    success: {
      // The video was made and is paid for: results beyond the limit are left out, and the first ones are
      // kept.
      outputs: outputs.slice(0, OUTPUTS_MAX),
      usage: cleanUsage(usage, redact),
      modelVersion: toLine(modelVersion, redact, NAME_MAX),
      ...(amount && { used: amount }),
      ...cleanUnread([...(unread ?? []), ...beyond]),
    },
  };
}

/** Nothing more will come of an answer that names no file. */
function cleanMade(success: Success, http: ProviderHttp): StartOutcome {
  const outputs = success.outputs.filter(
    (output) => !('url' in output) || output.url.length <= ADDRESS_CHARACTERS_MAX,
  );
  const outcome = cleanSuccess({ ...success, outputs }, http);
  if (outcome.type === 'succeeded') return { type: 'made', success: outcome.success };
  const message = 'The provider answered without a result';
  return { type: 'rejected', failure: { reason: 'failed', message } };
}

function cleanStart(outcome: StartOutcome, http: ProviderHttp): StartOutcome {
  switch (outcome.type) {
    case 'accepted': {
      const { reference, used, unread } = outcome;
      if (!isKeepable(reference))
        return { type: 'unknown', detail: "The provider's id of the job is too long" };
      const amount = countable(used);
      const names = [...(unread ?? []), ...(used && !amount ? ['used'] : [])];
      return { type: 'accepted', reference, ...(amount && { used: amount }), ...cleanUnread(names) };
    }
    case 'made':
      return cleanMade(outcome.success, http);
    case 'rejected':
      return { type: 'rejected', failure: cleanFailure(outcome.failure, http) };
    case 'unknown':
      return { type: 'unknown', detail: toLine(outcome.detail, http.redact, WORDS_MAX) };
  }
}

function cleanPoll(outcome: PollOutcome, http: ProviderHttp): PollOutcome {
  switch (outcome.type) {
    case 'queued':
      return outcome;
    case 'running': {
      const { progress = Number.NaN } = outcome;
      return progress >= 0 && progress <= 1 ? outcome : { type: 'running' };
    }
    case 'succeeded':
      return cleanSuccess(outcome.success, http);
    case 'failed':
    case 'unanswered':
      return { type: outcome.type, failure: cleanFailure(outcome.failure, http) };
  }
}

function cleanCancel(outcome: CancelOutcome, { redact }: ProviderHttp): CancelOutcome {
  return outcome.type === 'refused'
    ? { type: 'refused', detail: toLine(outcome.detail, redact, WORDS_MAX) }
    : outcome;
}

function cleanFind(outcome: FindOutcome, { redact }: ProviderHttp): FindOutcome {
  if (outcome.type === 'unclear') {
    return { type: 'unclear', detail: toLine(outcome.detail, redact, WORDS_MAX) };
  }
  const isTooLong = outcome.type === 'found' && !isKeepable(outcome.reference);
  return isTooLong ? { type: 'unclear', detail: "the provider's id of the job is too long" } : outcome;
}

/** A hint with the reference of its job, or without it. */
function cleanCallback(outcome: HintOutcome, { redact }: ProviderHttp): HintOutcome {
  switch (outcome.type) {
    case 'refused':
      return { type: 'refused', detail: toLine(outcome.detail, redact, WORDS_MAX) };
    case 'challenge':
      return outcome;
    case 'hint':
      return outcome.reference && !isKeepable(outcome.reference) ? { type: 'hint' } : outcome;
  }
}

function cleanProbe(outcome: ProbeOutcome, http: ProviderHttp): ProbeOutcome {
  if (outcome.type === 'fails') return { type: 'fails', failure: cleanFailure(outcome.failure, http) };
  const balance = countable(outcome.balance);
  const detail = toLine(outcome.detail, http.redact, WORDS_MAX);
  return { type: 'works', detail, ...(balance && { balance }) };
}

/** The provider with all of its outcomes cleaned. */
export function cleanOutcomes(provider: Provider): Provider {
  const { pollMany, cancel, find, parseHint } = provider;
  return {
    ...provider,
    start: async (request, context) => cleanStart(await provider.start(request, context), context.http),
    poll: async (reference, context) => cleanPoll(await provider.poll(reference, context), context.http),
    probe: async (context) => cleanProbe(await provider.probe(context), context.http),
    ...(pollMany && {
      async pollMany(references: readonly Reference[], context: CallContext) {
        return (await pollMany(references, context)).map((outcome) => cleanPoll(outcome, context.http));
      },
    }),
    ...(cancel && {
      cancel: async (reference: Reference, context: CallContext) =>
        cleanCancel(await cancel(reference, context), context.http),
    }),
    ...(find && {
      find: async (...[request, context]: Parameters<typeof find>) =>
        cleanFind(await find(request, context), context.http),
    }),
    ...(parseHint && {
      parseHint: async (...[request, context]: Parameters<typeof parseHint>) =>
        cleanCallback(await parseHint(request, context), context.http),
    }),
  };
}
