// Where a task of a provider stands, in the words of any provider, and what it comes to. Pure. Words are compared without
// their case, and those that can mean nothing but an end are known for every provider, in its documents or not: a final
// word ends a task whatever stands beside it.
import type { Json, JsonObject } from '../../lib/json.ts';
import type { Failure, PollOutcome, Success } from '../contract.ts';

export type State = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled' | 'expired';

/** The words of a provider, in lower case. */
export type StateWords = Readonly<Record<string, State>>;

const ENDS: StateWords = {
  failed: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  expired: 'expired',
};

/** Undefined for a word that is not known. */
export function stateOf(word: string, words: StateWords): State | undefined {
  const name = word.trim().toLowerCase();
  if (Object.hasOwn(words, name)) return words[name];
  return Object.hasOwn(ENDS, name) ? ENDS[name] : undefined;
}

/** A task as an adapter has read it. */
export interface SeenTask {
  /** The word of the provider. */
  word: string;
  words: StateWords;
  progress?: { value: number | undefined; max: number };
  succeeded(): PollOutcome;
  failed(): Failure;
}

/** What a task means. */
export function fromState({ word, words, progress, succeeded, failed }: SeenTask): PollOutcome {
  const state = stateOf(word, words);
  switch (state) {
    case 'queued':
      return { type: 'queued' };
    case 'running':
      return running(progress?.value, progress?.max);
    case 'succeeded':
      return succeeded();
    case 'failed':
      return { type: 'failed', failure: failed() };
    case 'cancelled':
      return { type: 'failed', failure: { reason: 'cancelled', message: 'Cancelled at the provider' } };
    case 'expired':
      return {
        type: 'failed',
        failure: { reason: 'timed_out', message: 'Not finished within the time limit of the provider' },
      };
    case undefined:
      return unreadable('its state is a word that is not in the documents', word);
  }
}

/** @param progress from 0 to `max`; what is not between is not told. */
export function running(progress?: number, max = 1): PollOutcome {
  const isKnown = progress !== undefined && progress >= 0 && progress <= max;
  return isKnown ? { type: 'running', progress: progress / max } : { type: 'running' };
}

/** A success with its files; without any, the provider made something that cannot be had yet. */
export function succeeded(success: Success): PollOutcome {
  return success.outputs.length > 0 ? { type: 'succeeded', success } : madeWithoutFile();
}

/** The provider says that it made it, and names no file that can be read. */
export function madeWithoutFile(): PollOutcome {
  const { failure } = unreadable('it has succeeded without a file', 'no_file');
  return { type: 'unanswered', failure: { ...failure, isMade: true } };
}

/** @param code for the operator: what stood there. */
export function unreadable(what: string, code?: string) {
  const message = `The provider's answer about the task cannot be read: ${what}`;
  const failure: Failure = { reason: 'unreadable', message, ...(code === undefined ? {} : { code }) };
  return { type: 'unanswered' as const, failure };
}

/** What came of the question for a file that the provider says it made: without an answer, it is made all the same. */
export function afterMade(outcome: PollOutcome): PollOutcome {
  return outcome.type === 'failed' || outcome.type === 'unanswered'
    ? { ...outcome, failure: { ...outcome.failure, isMade: true } }
    : outcome;
}

/** There is no record of it at the provider (any more). */
export function lost(message = 'The provider does not know this task any more'): PollOutcome {
  return { type: 'failed', failure: { reason: 'lost', message } };
}

/** Facts for the client: those that were told. */
export function factsOf(facts: Readonly<Record<string, Json | undefined>>): JsonObject {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(known) as JsonObject;
}

/** What was used, where the provider said it. */
export function usedOf(unit: string, amount: number | undefined): Pick<Success, 'used'> {
  return amount === undefined ? {} : { used: { unit, amount } };
}
