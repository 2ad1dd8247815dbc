// Maps between Replicate's words and Reelay's. Pure: no clock, no network. Which input goes where is data of
// the offer.
import type { Json, JsonObject } from '../../lib/json.ts';
import type { ApiAnswer, Failure, FailureReason, Output, PollOutcome, StartRequest } from '../contract.ts';
import { mapFields } from '../field-map.ts';
import { refusedWith } from '../kit/failures.ts';
import { afterMade, factsOf, fromState, lost, type StateWords, succeeded, usedOf } from '../kit/states.ts';
import { readWire, unreadOf } from '../kit/wire.ts';
import {
  errorSchema,
  outputSchema,
  type Prediction,
  type ReplicateError,
  type ReplicateParams,
} from './wire.ts';

/** What a start sends and where to, or why this offer cannot do it. */
export function toWire(
  { input, callbackUrl }: StartRequest,
  params: ReplicateParams,
): { path: string; body: JsonObject } | { unable: string } {
  const mapped = mapFields(params, input);
  if ('unable' in mapped) return mapped;
  const { model, version } = params;
  return {
    path: model === undefined ? '/predictions' : `/models/${model}/predictions`,
    body: {
      ...(version === undefined ? {} : { version }),
      input: mapped.fields,
      ...(callbackUrl === undefined
        ? {}
        : { webhook: callbackUrl, webhook_events_filter: ['start', 'completed'] }),
    },
  };
}

/** A run that did not start in time is `aborted`. */
const STATES: StateWords = {
  starting: 'queued',
  processing: 'running',
  succeeded: 'succeeded',
  aborted: 'expired',
};

/** What a prediction means. */
export function fromWire(prediction: Prediction): PollOutcome {
  return fromState({
    word: prediction.status,
    words: STATES,
    succeeded: () => fromSucceeded(prediction),
    failed: () => toRunFailure(prediction.error),
  });
}

function fromSucceeded(prediction: Prediction): PollOutcome {
  const { output, data_removed: isRemoved, metrics, model, version } = prediction;
  if (isRemoved) return afterMade(lost('The provider removed the result before it was fetched'));
  const known = readWire(outputSchema, output as Json | undefined) ?? [];
  const seconds = metrics?.predict_time;
  return succeeded({
    outputs: (typeof known === 'string' ? [known] : known).map(toOutput),
    usage: factsOf({ predict_time: seconds }),
    modelVersion: version ?? model ?? 'replicate',
    ...usedOf('seconds', seconds),
    ...unreadOf(prediction),
  });
}

const PICTURES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
};

/** An output is only an address: its ending shows a picture; everything else counts as a video. */
function toOutput(url: string): Output {
  const ending = /\.(\w+)(?:[?#]|$)/.exec(url.slice(url.lastIndexOf('/')))?.[1].toLowerCase() ?? '';
  return Object.hasOwn(PICTURES, ending)
    ? { kind: 'image', contentType: PICTURES[ending], url }
    : { kind: 'video', contentType: 'video/mp4', url };
}

/** Codes and words that models put into their errors; the first match counts. The documents list few. */
const WORDS: readonly [RegExp, FailureReason][] = [
  [
    /\bE005\b|\bNSFW\b|flagged as sensitive|content (?:policy|moderation)|safety (?:filter|checker)/i,
    'content_refused',
  ],
  [/\bE006\b|invalid input|input (?:was|is) invalid/i, 'invalid_input'],
  [/\bE00[34]\b|high demand|temporarily unavailable/i, 'unavailable'],
];

const DEFAULT_WORDS = 'The generation failed';

function toRunFailure(error: unknown): Failure {
  const words = typeof error === 'string' && error.trim() !== '' ? clean(error) : DEFAULT_WORDS;
  const reason = WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? 'failed';
  const code = /\bE\d{3,4}\b/.exec(words)?.[0];
  return { reason, message: words, ...(code === undefined ? {} : { code }) };
}

/** One line, without the ids that mean nothing to a user. */
function clean(words: string): string {
  return words
    .replace(/\s+/g, ' ')
    .replace(/\s*\((?:prediction|request)[ _]?id:? [^)]*\)/gi, '')
    .trim();
}

/**
 * The refusal in an answer. A 5xx is never a refusal, whatever it says: it does not prove that nothing was
 * started. What the operator has to fix (a token, money, a missing model) carries no words of the provider,
 * and neither does a limit: its words say how much money is left.
 */
export function toFailure(answer: ApiAnswer, names: Record<string, string> = {}): Failure | undefined {
  const { status, json, retryAfterSeconds } = answer;
  const error = readWire(errorSchema, json);
  if (!error) return undefined;
  const code = error.title ?? `http_${status}`;
  const words = clean(error.detail);
  if (status === 402) return refusedWith({ reason: 'quota_exhausted', code, words });
  if (status === 401 || status === 403) return refusedWith({ reason: 'bad_credentials', code, words });
  // Only this offer is wrong, not the account or what else it runs.
  if (status === 404 || (status === 422 && isOfModel(error))) {
    return refusedWith({ reason: 'failed', code, words }, true);
  }
  if (status === 429) {
    const message = 'The provider is receiving too many requests now';
    const waitSeconds = retryAfterSeconds ?? waitOf(error);
    return { reason: 'rate_limited', code, message, operatorDetail: words, retryAfterSeconds: waitSeconds };
  }
  if (status !== 400 && status !== 413 && status !== 422) return undefined;
  return { reason: 'invalid_input', code, message: nameFields(words, names) };
}

/** "Invalid version or not permitted". */
function isOfModel({ title, detail }: ReplicateError): boolean {
  return /version/i.test(title ?? '') || /specified version does not exist/i.test(detail);
}

const WAIT_SECONDS_MAX = 3600;

/** A number in newer answers, and the words "resets in ~30s" in older ones. */
function waitOf({ detail, retry_after: seconds }: ReplicateError): number | undefined {
  const wait = seconds ?? /resets in ~?(\d{1,5}) ?s/i.exec(detail)?.[1];
  return wait === undefined ? undefined : Math.min(WAIT_SECONDS_MAX, Math.ceil(Number(wait)));
}

/** Their list of faults, "- input.num_frames: Must be …", with Reelay's names of the fields. */
function nameFields(detail: string, names: Record<string, string>): string {
  return detail
    .replace(/\binput\.([A-Za-z0-9_]+)/g, (_whole, field) =>
      Object.hasOwn(names, field) ? names[field] : field,
    )
    .replace(/^- /, '')
    .replace(/ - (?=\w+:)/g, '; ');
}
