// Nodes that share a database of provider accounts, and providers to try them with. Only for tests.
import type { Pool } from 'pg';
import { afterAll, beforeEach } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { type JsonObject, parseOwnJson } from '../lib/json.ts';
import { createLog } from '../lib/log.ts';
import { asSteady } from '../lib/time.ts';
import { ark } from '../providers/ark/ark.ts';
import { answerWith, startReplay } from '../providers/conformance-replay.ts';
import type { Failure, FailureReason, Provider } from '../providers/contract.ts';
import { createProviderSockets } from '../providers/http.ts';
import { PictureRoom } from '../providers/pictures.ts';
import { Credentials } from './credentials.ts';
import type { CredentialView } from './state.ts';

export const ARK_KEY = 'ark-secret-0123456789-abcd';
export const OTHER_ARK_KEY = 'ark-secret-9876543210-wxyz';
export const SERVER_SECRET = 'a secret of this server, for tests';

const [arkKey, arkAddress] = ark.facts.credential;

/** Signs with two secrets; is called and answers as Ark. */
export const pair: Provider = {
  ...ark,
  id: 'pair',
  facts: {
    ...ark.facts,
    credential: [
      { ...arkKey, name: 'access_key', environment: 'PAIR_ACCESS_KEY', about: 'access key of the pair' },
      { ...arkKey, name: 'secret_key', environment: 'PAIR_SECRET_KEY', about: 'secret key of the pair' },
      { ...arkAddress, environment: 'PAIR_BASE_URL' },
    ],
  },
};

/** Has no secret: a server of the operator's own. */
export const open: Provider = {
  ...ark,
  id: 'open',
  facts: {
    ...ark.facts,
    credential: [{ ...arkAddress, environment: 'OPEN_BASE_URL', fallback: undefined }],
  },
};

/** A server of the operator's own, with a key or without. */
export const engine: Provider = {
  ...open,
  id: 'engine',
  facts: {
    ...ark.facts,
    credential: [
      { ...arkKey, environment: 'ENGINE_API_KEY', fallback: '' },
      { ...arkAddress, environment: 'ENGINE_BASE_URL', fallback: undefined },
    ],
  },
};

/** Takes one key or another. */
export const either: Provider = {
  ...ark,
  id: 'either',
  facts: {
    ...ark.facts,
    credential: [
      { ...arkKey, name: 'old_key', environment: 'EITHER_OLD_KEY', about: 'old key', fallback: '' },
      { ...arkKey, name: 'new_key', environment: 'EITHER_NEW_KEY', about: 'new key', fallback: '' },
      { ...arkAddress, environment: 'EITHER_BASE_URL' },
    ],
  },
};

/** Takes a single key, or an older pair. */
export const ways: Provider = {
  ...ark,
  id: 'ways',
  facts: {
    ...ark.facts,
    credential: [
      { ...arkKey, name: 'api_key', environment: 'WAYS_KEY', about: 'the key', fallback: '', way: 'key' },
      {
        ...arkKey,
        name: 'access_key',
        environment: 'WAYS_ACCESS',
        about: 'one half',
        fallback: '',
        way: 'pair',
      },
      {
        ...arkKey,
        name: 'secret_key',
        environment: 'WAYS_SECRET',
        about: 'other half',
        fallback: '',
        way: 'pair',
      },
      { ...arkKey, name: 'hook_secret', environment: 'WAYS_HOOK', about: 'proves callbacks', fallback: '' },
      { ...arkAddress, environment: 'WAYS_BASE_URL' },
    ],
  },
};

export const providers: ReadonlyMap<string, Provider> = new Map(
  [ark, pair, open, engine, either, ways].map((provider) => [provider.id, provider]),
);

export interface TestNode {
  credentials: Credentials;
  /** What it logged, line by line. */
  lines: string[];
  logged(event: string): JsonObject[];
  /** Makes what the node keeps in memory this much older. */
  passSeconds(seconds: number): void;
}

/** What a process of its own would be for the accounts. */
export function createNode(pool: Pool, secretKey = SERVER_SECRET, known = providers): TestNode {
  const lines: string[] = [];
  let nowMs = 1_800_000_000_000;
  const clock = () => nowMs;
  const sockets = createProviderSockets(clock, 2_000);
  afterAll(() => sockets.close());
  const log = createLog('trace', {}, { write: (line: string) => void lines.push(line) });
  const pictures = new PictureRoom(() => Promise.reject(new Error('no picture is read here')));
  return {
    credentials: new Credentials({
      pool,
      clock,
      steady: asSteady(clock),
      secretKey,
      log,
      providers: known,
      sockets,
      pictures,
    }),
    lines,
    logged: (event) =>
      lines.map((line) => parseOwnJson<JsonObject>(line)).filter((line) => line.msg === event),
    passSeconds(seconds) {
      nowMs += seconds * 1000;
    },
  };
}

/** The accounts of a provider that may take new tasks now. */
export async function listReady(credentials: Credentials, providerId: string): Promise<CredentialView[]> {
  const views = await credentials.list();
  return views.filter(({ provider, state }) => provider === providerId && state === 'ready');
}

/** A database that has no account before a test, and an Ark that answers each call with an empty list until a test changes that. */
export async function stageArk() {
  const { pool } = await createTestDatabase();
  const replay = await startReplay();
  afterAll(() => replay.close());
  beforeEach(async () => {
    await pool.query('delete from credentials');
    replay.received.length = 0;
    replay.answer = answerWith(200, { items: [], total: 3 });
  });
  /** Adds an account at that Ark. */
  const addArk = (node: TestNode, key = ARK_KEY, name?: string) =>
    node.credentials.add({
      provider: 'ark',
      name,
      fields: { api_key: key, base_url: `${replay.base}/api/v3` },
    });
  return { pool, replay, addArk };
}

/** A failure of a provider, by its reason. */
export const failure = (reason: FailureReason, retryAfterSeconds?: number): Failure => ({
  reason,
  message: 'for a test',
  code: 'Some.Code',
  retryAfterSeconds,
});
