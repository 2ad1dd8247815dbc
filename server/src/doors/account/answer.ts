// How the account API answers: in the plain form, under its own name.
import type { ErrorName } from '../../errors.ts';
import type { RoutePolicy } from '../../http/gate.ts';
import { createPlainErrors } from '../plain.ts';

/**
 * Policy of a route for keys and people of an account. A `reader` reads, a `member` also spends and sends, an `owner` also
 * manages keys, people, secrets and thresholds.
 */
export function forRole(needs: NonNullable<RoutePolicy['needs']>, ...errors: ErrorName[]) {
  return { access: 'account', rate: 'read', needs, errors } as const;
}

export const accountErrors = createPlainErrors('AccountError');
