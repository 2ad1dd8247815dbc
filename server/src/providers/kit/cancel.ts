// A cancel at providers whose DELETE stops an open job but destroys the record of a finished one: the state is read first.
import { askFor } from '../answers.ts';
import type {
  ApiAnswer,
  ApiCall,
  CallContext,
  CancelOutcome,
  FailureReason,
  PollOutcome,
} from '../contract.ts';

/** What a provider can still stop, and how. */
export interface CancelRules {
  /** States in which it can stop the job. */
  open: readonly PollOutcome['type'][];
  /** The end that a cancelled job shows; default `cancelled`. */
  shownAs?: FailureReason;
  /** The call that stops it; undefined when the reference names no job. */
  call: ApiCall | undefined;
  /** Whether the answer says that the job was stopped. */
  isDone(answer: ApiAnswer): boolean;
}

/** @param state as the look just before saw it. */
export async function cancelIfOpen(
  context: CallContext,
  state: PollOutcome,
  { open, shownAs = 'cancelled', call, isDone }: CancelRules,
): Promise<CancelOutcome> {
  if (state.type === 'failed' && state.failure.reason === shownAs) return { type: 'stopped' };
  if (!call || !open.includes(state.type)) return { type: 'refused', detail: `it is ${state.type}` };
  const answer = await askFor(context, call);
  return !('failure' in answer) && isDone(answer)
    ? { type: 'stopped' }
    : { type: 'refused', detail: 'the provider did not cancel it' };
}
