// What MiniMax posts to us: first, before it even accepts the create, a challenge that wants to be returned within 3 s;
// then the news. It keeps no state: a challenge is answered whoever sent it, since an echo tells nobody anything.
import { parseBody } from '../callback-body.ts';
import type { HintOutcome, HintRequest } from '../contract.ts';
import { readAs, readWire } from '../kit/wire.ts';
import { challengeSchema, createdSchema, namedTaskSchema } from './wire.ts';

/** Unsigned: the address alone, which names the attempt and carries our own code, tells whose the news is. */
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
