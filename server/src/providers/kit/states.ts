// The state of a provider's task, in the words of any provider, and what it means. Pure. Words are compared
// without their case. Words that can only mean an end are known for every provider, whether its documents
// list them or not: a final word ends a task whatever else the answer has.
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

/** Undefined for an unknown word. */
export function stateOf(word: string, words: StateWords): State | undefined {
  const name = word.trim().toLowerCase();
  if (Object.hasOwn(words, name)) return words[name];
  return Object.hasOwn(ENDS, name) ? ENDS[name] : undefined;
}

/** A task as an adapter read it. */
export interface SeenTask {
  /** The provider's word. */
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
        failure: { reason: 'timed_out', message: "Not finished within the provider's time limit" },
      };
    case undefined:
      return unreadable('its state is not in the documentation', word);
  }
}

/** @param progress from 0 to `max`; anything outside is left out. */
export function running(progress?: number, max = 1): PollOutcome {
  const isKnown = progress !== undefined && progress >= 0 && progress <= max;
  return isKnown ? { type: 'running', progress: progress / max } : { type: 'running' };
}

/** A success with its files; without any, the provider made something that is not available yet. */
export function succeeded(success: Success): PollOutcome {
  return success.outputs.length > 0 ? { type: 'succeeded', success } : madeWithoutFile();
}

/** The provider says that it is made, but names no file that can be read. */
export function madeWithoutFile(): PollOutcome {
  const { failure } = unreadable('it succeeded without a file', 'no_file');
  return { type: 'unanswered', failure: { ...failure, isMade: true } };
}

/** @param code for the operator: what the answer said. */
export function unreadable(what: string, code?: string) {
  const message = `The provider's answer about the task cannot be read: ${what}`;
  const failure: Failure = { reason: 'unreadable', message, ...(code === undefined ? {} : { code }) };
  return { type: 'unanswered' as const, failure };
}

/** The outcome of asking for a file that the provider says it made: without an answer, it is still made. */
export function afterMade(outcome: PollOutcome): PollOutcome {
  return outcome.type === 'failed' || outcome.type === 'unanswered'
    ? { ...outcome, failure: { ...outcome.failure, isMade: true } }
    : outcome;
}

/** The provider has no record of it (any more). */
export function lost(message = 'The provider no longer knows this task'): PollOutcome {
  return { type: 'failed', failure: { reason: 'lost', message } };
}

/** Facts for the client: those that were given. */
export function factsOf(facts: Readonly<Record<string, Json | undefined>>): JsonObject {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(known) as JsonObject;
}

/** What was used, if the provider said so. */
export function usedOf(unit: string, amount: number | undefined): Pick<Success, 'used'> {
  return amount === undefined ? {} : { used: { unit, amount } };
}
