// A database that cuts every connection again and again while clients are at work: the server stays up,
// answers 455 with a time to come back, and nothing is lost or done twice once the database is calm again.
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import { type Door, readBalance } from '../stage/api.ts';
import { call, type Reply } from '../stage/http.ts';
import { type ServerProcess, Site } from '../stage/processes.ts';
import { type Receiver, refuseShyOnce, startReceiver } from '../stage/receiver.ts';
import { rest, waitFor } from '../stage/wait.ts';
import { check } from './checker.ts';
import { Client, type Kind } from './client.ts';
import { gather, setPrice } from './evidence.ts';

const PRICE = 2;
const CUTS = 20;
const CUT_EVERY_MS = 150;
const READERS = 4;
const WRITERS = 4;
const ENDED_WITHIN_MS = 120_000;

const database = await createTestDatabase();
let site: Site;
let server: ServerProcess;
let receiver: Receiver;
let door: Door;
let client: Client;
let opening: number;

/** Ends every connection of the server. @returns how many there were. */
async function cutAll(): Promise<number> {
  const { rowCount } = await database.pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend' and application_name like 'reelay%'`,
  );
  return rowCount ?? 0;
}

beforeAll(async () => {
  site = await Site.open({ DATABASE_URL: database.url, LOG_LEVEL: 'error' });
  receiver = await startReceiver({
    logFile: path.join(site.folder, 'receipts.log'),
    statusFor: refuseShyOnce(),
  });
  server = site.start();
  const announced = await server.ready;
  door = { url: String(announced?.address), key: String(announced?.testKey) };
  await setPrice(site, door, PRICE);
  opening = (await readBalance(door)).balance;
  const historyFile = path.join(site.folder, 'history.log');
  client = new Client({ ...door, callbackUrl: receiver.url, historyFile });
});

afterAll(async () => {
  await client?.stop();
  await receiver?.close();
  await site?.close();
});

describe('a database that cuts its connections under load', () => {
  const replies: Reply[] = [];
  let cuts = 0;
  let hasEnded = false;

  async function callOnAndOn(one: () => Promise<Reply>): Promise<void> {
    while (!hasEnded) replies.push(await one());
  }

  it('gets good answers or a 455 from the server, which stays up', async () => {
    const body = JSON.stringify({ model: 'reelay/draft-t2v', input: { prompt: 'reelay:moderation' } });
    const read = () => call({ url: `${door.url}/api/v1/client/account/balance`, key: door.key });
    const write = () =>
      call({ method: 'POST', url: `${door.url}/api/v1/client/job/EstimateTask`, key: door.key, body });
    const loops = [
      ...Array.from({ length: READERS }, () => callOnAndOn(read)),
      ...Array.from({ length: WRITERS }, () => callOnAndOn(write)),
    ];
    const kinds: Kind[] = ['moderation', 'moderation', 'plain', 'cancel_running', 'moderation'];
    for (let count = 0; count < CUTS; count++) {
      client.order(kinds[count % kinds.length]);
      cuts += await cutAll();
      await rest(CUT_EVERY_MS);
    }
    hasEnded = true;
    await Promise.all(loops);
    expect(cuts).toBeGreaterThan(CUTS);
    const odd = replies.filter(({ status }) => status !== 200 && status !== 455);
    expect(odd.map(({ status, text }) => `${status} ${text}`)).toEqual([]);
    const refused = replies.filter(({ status }) => status === 455);
    expect(refused.filter(({ headers }) => !(Number(headers['retry-after']) > 0))).toEqual([]);
    expect(refused.length).toBeGreaterThan(0);
    expect(server.child.exitCode, server.log()).toBeNull();
  });

  it('is served again in full as soon as it is calm', async () => {
    const reply = await call({ url: `${door.url}/ready` });
    expect(reply.status).toBe(200);
    await waitFor('the end of every task', ENDED_WITHIN_MS, () => client.isSatisfied);
    await client.repeatAll();
    await waitFor('all callbacks', ENDED_WITHIN_MS, () => {
      const accepted = receiver.receipts().flatMap(({ path: to, status }) => (status === 200 ? [to] : []));
      return new Set(accepted).size === client.orders.length;
    });
    const evidence = await gather(door, { client, receiver }, { opening, price: PRICE, kills: [] });
    expect(check(evidence)).toEqual([]);
    expect(await site.run('credits', 'audit')).toEqual({ violations: [] });
  });
});
