/**
 * A reason not to start, in one line for the operator: what is wrong, and what to do. The entry prints the
 * message alone, without a stack, and ends with status 1. It never carries a password.
 */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}
