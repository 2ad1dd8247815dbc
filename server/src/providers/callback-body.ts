// The body of what a provider posts to Reelay, read as JSON if it is JSON.
import { type Json, readForeignJson } from '../lib/json.ts';
import type { HintRequest } from './contract.ts';

/** Undefined when it is not JSON; it is a hint all the same, and the look that follows asks the provider. */
export function parseBody({ body }: HintRequest): Json | undefined {
  return readForeignJson(body);
}
