// What better-auth has for a pool while somebody signs in elsewhere. The library begins a transaction for a new person and
// its way to sign in, and makes the session after it. Here they become one, with what the person gets by joining: from
// `hold` on, everything goes over one client, and the library's own `commit` waits for the end of `run`.
//
// States of a run: free (the library takes clients as it likes) → held → committed or rolled back; a `rollback` of the
// library leads from held back to free.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pool, PoolClient } from 'pg';
import { mayHaveWritten } from '../db/pool.ts';
import { invariant } from '../errors.ts';

interface Joint {
  held?: PoolClient | undefined;
  /** In which the library has begun a transaction. */
  begun?: PoolClient | undefined;
}

export class JointPool {
  readonly #pool: Pool;
  readonly #joints = new AsyncLocalStorage<Joint>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** What the library gets: of a pool, Kysely under it uses `connect` alone. */
  get pool(): Pool {
    const connect = async () => {
      const joint = this.#joints.getStore() ?? {};
      return clientOf(joint.held ?? (await this.#pool.connect()), joint);
    };
    return { connect } as unknown as Pool;
  }

  /** From now on the run is one transaction, which began with that of the library if one is open. */
  async hold(): Promise<PoolClient> {
    const joint = this.#joints.getStore();
    invariant(joint, 'a transaction is held within a run');
    if (joint.held) return joint.held;
    if (joint.begun) joint.held = joint.begun;
    else {
      joint.held = await this.#pool.connect();
      await joint.held.query('begin');
    }
    return joint.held;
  }

  /** Runs something of the library. What was held is committed if `isKept` says so of its result, else rolled back. */
  async run<Result>(work: () => Promise<Result>, isKept: (result: Result) => boolean): Promise<Result> {
    const joint: Joint = {};
    let broken: Error | undefined;
    try {
      const result = await this.#joints.run(joint, work);
      await joint.held?.query(isKept(result) ? 'commit' : 'rollback');
      return result;
    } catch (error) {
      // As in db/pool.ts: a client of which it is not known what it does is used no more.
      if (mayHaveWritten(error)) broken = error as Error;
      else
        await joint.held?.query('rollback').catch((rollbackError: Error) => {
          broken = rollbackError;
        });
      throw error;
    } finally {
      joint.held?.release(broken);
    }
  }
}

/** What the library gets for a client, of which it uses these two. */
function clientOf(client: PoolClient, joint: Joint): PoolClient {
  const wrapped = {
    async query(sql: string, values?: readonly unknown[]) {
      const isHeld = joint.held === client;
      if (isHeld && (sql === 'begin' || sql === 'commit')) {
        return { command: sql.toUpperCase(), rowCount: null, rows: [] };
      }
      if (sql === 'begin') joint.begun = client;
      if (sql === 'commit' || sql === 'rollback') joint.begun = undefined;
      if (isHeld && sql === 'rollback') joint.held = undefined;
      return client.query(sql, values === undefined ? undefined : [...values]);
    },
    release(error?: Error) {
      if (joint.held === client) return;
      if (joint.begun === client) joint.begun = undefined;
      client.release(error);
    },
  };
  return wrapped as unknown as PoolClient;
}
