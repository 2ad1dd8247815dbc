// Who an agent acts for: one key at one server, with what its owner allows agents to do.
import { createHmac } from 'node:crypto';
import type { Reelay } from '../../sdk/src/sdk.ts';

/** What the owner of a key allows agents that act with it. */
export interface AgentRules {
  mode: 'live' | 'test';
  /** Whether agents may use a live key at all. */
  isLiveAllowed: boolean;
  /** Credits above which a person has to agree to a create; undefined is never. */
  confirmAbove: number | undefined;
}

export interface Agent {
  reelay: Reelay;
  rules: AgentRules;
  /** Signs what agents carry from one call to the next. It comes from the key, so every process has the same one. */
  secret: Buffer;
}

/** Why a live key does nothing for agents. */
export const LIVE_REFUSAL =
  'This is a live key, and agents may not use it. An owner of the account can allow it (agents_live of the key), or use a test key, which costs nothing.';

/** The secret that goes with a key. */
export function secretOf(apiKey: string): Buffer {
  return createHmac('sha256', apiKey).update('reelay agents').digest();
}
