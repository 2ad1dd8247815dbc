// The API and what is behind it in one process, with a gate between its connections and PostgreSQL. The test
// itself reads the database on its own connections.
import type { FastifyInstance } from 'fastify';
import type pg from 'pg';
import { createApi } from '../../server/src/app.ts';
import { readConfig } from '../../server/src/config.ts';
import { type Core, createCore } from '../../server/src/core.ts';
import { silentLog } from '../../server/src/db/log.ts';
import { createPool } from '../../server/src/db/pool.ts';
import { createMetrics } from '../../server/src/http/metrics.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { isObject, type JsonObject, parseOwnJson } from '../../server/src/lib/json.ts';
import { createLog } from '../../server/src/lib/log.ts';
import { MICROS_PER_CREDIT } from '../../server/src/lib/money.ts';
import { type Judge, type Moment, SqlGate } from '../stage/sql-gate.ts';

/** A connection that was broken. */
export interface Cut {
  label: string;
  moment: Moment;
}

export interface Caller {
  accountId: string;
  key: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: JsonObject;
}

/** Everything except what opens and closes transactions. */
const EVERY_STATEMENT = /./;
const CREATE_PATH = '/api/v1/client/job/CreateTask';

export class Stage {
  readonly core: Core;
  readonly url: string;
  /** Past the gate. */
  readonly direct: pg.Pool;
  /** Connections that were broken so far. */
  readonly cuts: readonly Cut[];
  readonly #app: FastifyInstance;
  readonly #gate: SqlGate;

  private constructor(parts: {
    core: Core;
    url: string;
    direct: pg.Pool;
    cuts: Cut[];
    app: FastifyInstance;
    gate: SqlGate;
  }) {
    this.core = parts.core;
    this.url = parts.url;
    this.direct = parts.direct;
    this.cuts = parts.cuts;
    this.#app = parts.app;
    this.#gate = parts.gate;
  }

  /** Opens it on a migrated database. `judge` is asked at each statement of the process. */
  static async open(options: { databaseUrl: string; dataDir: string; judge: Judge }): Promise<Stage> {
    const cuts: Cut[] = [];
    const gate = await SqlGate.open({
      databaseUrl: options.databaseUrl,
      judge: options.judge,
      watched: EVERY_STATEMENT,
      onCut: (label, moment) => cuts.push({ label, moment }),
    });
    const config = readConfig({
      DATA_DIR: options.dataDir,
      PORT: '0',
      LOG_LEVEL: 'silent',
      REELAY_CREATES_PER_10S: '1000000',
      REELAY_READS_PER_10S: '1000000',
    });
    const core = await createCore(config, gate.url, createLog('silent'));
    await core.catalog.seed();
    const app = await createApi(core, createMetrics({ ...core, running: () => 0 }), undefined);
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    core.publicUrl.value = url;
    const direct = createPool(options.databaseUrl, { max: 4, applicationName: 'answers', log: silentLog });
    return new Stage({ core, url, direct, cuts, app, gate });
  }

  async close(): Promise<void> {
    await this.#app.close();
    await this.core.close();
    await this.direct.end();
    await this.#gate.close();
  }

  /** A request with a JSON body. */
  async post(
    path: string,
    key: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const response = await fetch(new URL(path, this.url), {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const parsed = parseOwnJson(await response.text());
    return { status: response.status, headers: response.headers, body: isObject(parsed) ? parsed : {} };
  }

  create(key: string, body: unknown, idempotencyKey?: string): Promise<Answer> {
    return this.post(CREATE_PATH, key, body, idempotencyKey ? { 'idempotency-key': idempotencyKey } : {});
  }

  /** A new account with this many test credits, and a key of it. */
  async openCaller({ credits, createsPer10s }: { credits: number; createsPer10s?: number }): Promise<Caller> {
    const { accounts, credits: ledger } = this.core;
    const { id: accountId } = await accounts.create(`account ${newId()}`);
    const amount = BigInt(credits) * MICROS_PER_CREDIT;
    if (amount > 0n) await ledger.grant({ accountId, book: 'test', amount, reason: 'to begin with' });
    const { key } = await accounts.createKey({
      account: accountId,
      mode: 'test',
      name: 'key',
      createsMax: createsPer10s,
    });
    return { accountId, key };
  }

  /** Rows of a statement that runs past the gate. */
  async read<Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.direct.query<Row>(sql, values)).rows;
  }
}
