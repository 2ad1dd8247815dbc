// How the operator API answers: in the plain form, under its own name.
import type { ErrorName } from '../../errors.ts';
import { createPlainErrors } from '../plain.ts';

/** Policy of a route: it takes the token of the operator or an operator's session, and these errors are its own. */
export function forOperator(...errors: ErrorName[]) {
  return { access: 'operator', rate: 'none', errors } as const;
}

export const operatorErrors = createPlainErrors('OperatorError', { second_factor_needed: 403 });
