// The files of the folders `fixtures/`: exchanges with a provider, and the outcome they must have.
import type { Json, JsonObject } from '../../lib/json.ts';

/** One exchange with a provider. */
export interface FixtureExchange {
  request: {
    method: string;
    /** From the root of the server, without the query. */
    path: string;
    query?: Record<string, string | string[]>;
    /** Headers that must be there with these values. */
    headers?: Record<string, string>;
    /** The whole JSON body, or that of a form: names with texts, files as `{ file, type }`. */
    body?: Json;
  };
  response: { status: number; headers?: Record<string, string>; body: Json };
}

/** One file of a folder `fixtures/`: the operation, its exchanges on the wire, and the outcome. */
export interface Fixture {
  about: string;
  /** `recorded` from the real service, `from-docs` with a link, or `invented` where the documents are silent. */
  obtained: 'recorded' | 'from-docs' | 'invented';
  source: string;
  /** YYYY-MM-DD */
  date: string;
  operation: 'start' | 'poll' | 'pollMany' | 'cancel' | 'find' | 'probe' | 'callback';
  /** Public name of a model with an offer at this provider; for a start or find. */
  model?: string;
  input?: JsonObject;
  template?: JsonObject;
  callbackUrl?: string;
  reference?: JsonObject;
  references?: JsonObject[];
  callback?: { method?: string; path: string; query?: string; headers: Record<string, string>; body: Json };
  /** In the order of the calls. `{{base}}` stands for the address of the server, `{{secret}}` for the key. */
  exchanges: FixtureExchange[];
  /** The members that the outcome must have; a list for pollMany. */
  outcome: Json;
}

/** What a replay says about a start, whichever attempt was recorded. */
export const REPLAYED_START = {
  taskId: '018f0000-0000-7000-8000-000000000001',
  epoch: 1,
  token: 'rl-018f0000000070008000000000000001-1',
  testMode: false,
  intentAtMs: Date.parse('2026-11-21T00:00:00Z'),
} as const;
