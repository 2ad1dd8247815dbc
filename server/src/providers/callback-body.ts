// The body of what a provider posts to us, read as JSON when it is.
import type { Json } from '../lib/json.ts';
import type { CallbackRequest } from './contract.ts';

/** Undefined when it is not JSON. */
export function parseBody({ body }: CallbackRequest): Json | undefined {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8')) as Json;
  } catch {
    // What cannot be read is a hint all the same: the look that follows asks the provider itself.
    return undefined;
  }
}
