// Whose words a failure carries: clients read what they can act on; what a provider says about an account, a
// key or an address is kept for its operator.
import type { Failure, FailureReason } from '../contract.ts';
import { isOfAccount } from '../failures.ts';

const ACCOUNT_MESSAGE = 'The provider account cannot be used for this model now';

/** What a provider said, and what it means. */
export interface Refusal {
  reason: FailureReason;
  code: string;
  /** The provider's own. */
  words: string;
  retryAfterSeconds?: number;
}

/** @param isOfOperator whether only the operator can act on it; by default, everything about the account. */
export function refusedWith(
  { reason, code, words, retryAfterSeconds }: Refusal,
  isOfOperator = isOfAccount(reason),
): Failure {
  const spoken = isOfOperator ? { message: ACCOUNT_MESSAGE, operatorDetail: words } : { message: words };
  return { reason, code, ...spoken, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}

/** Why an offer is unfit: its params were meant for another version or another provider. */
export const PARAMS_UNFIT = 'its params are not those of this provider';

/** An offer that cannot be sent as it is: its operator reads why, and another offer may serve the task. */
export function unfitOffer(operatorDetail: string, reason: FailureReason = 'unavailable'): Failure {
  return { reason, message: 'The provider cannot run this model now', operatorDetail };
}
