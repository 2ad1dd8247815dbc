// What MiniMax posts to Reelay: first, before it even accepts the create, a challenge that must be returned
// within 3 s; then the updates. It keeps no state: every challenge is answered, whatever its sender, since
// an echo reveals nothing.
import { parseBody } from '../callback-body.ts';
import type { HintOutcome, HintRequest } from '../contract.ts';
import { readAs, readWire } from '../kit/wire.ts';
import { challengeSchema, createdSchema, namedTaskSchema } from './wire.ts';

/**
 * Unsigned: the address alone says which attempt it is for; it names the attempt and carries Reelay's own
 * code.
 */
export async function parseHint(request: HintRequest): Promise<HintOutcome> {
  const body = parseBody(request);
  const challenge = readAs(challengeSchema, body);
  if (challenge) return { type: 'challenge', body: { challenge: challenge.challenge } };
  const first = readWire(createdSchema, body)?.task_id;
  if (first !== undefined) return { type: 'hint', reference: { api: 'v1', id: first } };
  const second = readWire(namedTaskSchema, body)?.task.id;
  if (second !== undefined) return { type: 'hint', reference: { api: 'v2', id: second } };
  return { type: 'hint' };
}
