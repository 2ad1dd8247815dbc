// `npm run proof:failover`: kills the primary of PostgreSQL ten times while clients create tasks, with keys and without,
// and proves that nothing acknowledged is lost and nothing is there twice. Needs root, and Debian's packages.
import path from 'node:path';
import { type Door, readBalance, readPages } from '../stage/api.ts';
import { call, NoReply } from '../stage/http.ts';
import { Site } from '../stage/processes.ts';
import { runProof } from '../stage/proof.ts';
import { type Receiver, refuseShyOnce, startReceiver } from '../stage/receiver.ts';
import { rest, waitFor } from '../stage/wait.ts';
import { check } from './checker.ts';
import { Client, type Kind } from './client.ts';
import { gather, setPrice } from './evidence.ts';
import { findPrograms, Pair, type Promotion } from './failover-pair.ts';

const KILLS = 10;
const PRICE = 2.5;
const BACK_WITHIN_MS = 15_000;
const ENDED_WITHIN_MS = 300_000;
const PAUSE_MS = 20;
const KINDS: Kind[] = ['moderation', 'fail', 'cancel_running', 'moderation', 'duplicate'];

/** Creates without a key: each call is one task at most, and one that is answered 200 is one task. */
class KeylessClient {
  readonly answered: string[] = [];
  /** When each of them was answered. */
  readonly answeredAt: number[] = [];
  unanswered = 0;
  readonly #door: Door;
  #isOver = false;
  #sending: Promise<void> = Promise.resolve();

  constructor(door: Door) {
    this.#door = door;
  }

  start(): void {
    this.#sending = this.#sendAgainAndAgain();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#sending;
  }

  async #sendAgainAndAgain(): Promise<void> {
    const body = JSON.stringify({ model: 'reelay/draft-t2v', input: { prompt: 'reelay:moderation' } });
    const url = `${this.#door.url}/api/v1/client/job/CreateTask`;
    while (!this.#isOver) {
      try {
        const reply = await call({ method: 'POST', url, key: this.#door.key, body });
        if (reply.status === 200) {
          this.answered.push((reply.json.data as { task_id: string }).task_id);
          this.answeredAt.push(performance.now());
        } else this.unanswered += 1;
      } catch (error) {
        if (!(error instanceof NoReply)) throw error;
        this.unanswered += 1;
      }
      await rest(PAUSE_MS);
    }
  }
}

interface Stage {
  site: Site;
  receiver: Receiver;
  door: Door;
  client: Client;
  keyless: KeylessClient;
  keylessDoor: Door;
  opening: number;
}

async function openStage(pair: Pair): Promise<Stage> {
  const site = await Site.open({ DATABASE_URL: pair.url });
  const receiver = await startReceiver({
    logFile: path.join(site.folder, 'receipts.log'),
    statusFor: refuseShyOnce(),
  });
  const server = site.start();
  const ready = await server.ready;
  if (ready === undefined) throw new Error(`The server did not start: ${server.log()}`);
  const door = { url: String(ready.address), key: String(ready.testKey) };
  await setPrice(site, door, PRICE);
  await site.run('accounts', 'create', 'keyless');
  await site.run('credits', 'grant', '100000', '--account', 'keyless', '--book', 'test');
  const words = ['--account', 'keyless', '--mode', 'test', '--creates', '1000000'];
  const { key } = (await site.run('keys', 'create', ...words)) as { key: string };
  const historyFile = path.join(site.folder, 'history.log');
  const client = new Client({ ...door, callbackUrl: receiver.url, historyFile });
  const keylessDoor = { url: door.url, key };
  const keyless = new KeylessClient(keylessDoor);
  return { site, receiver, door, client, keyless, keylessDoor, opening: (await readBalance(door)).balance };
}

/** One round: orders, the kill in their midst, the promotion, and the first create that is answered after it. */
async function killPrimary(pair: Pair, { client, keyless }: Stage, orders: number): Promise<Round> {
  const before = client.orders.length;
  for (let at = 0; at < orders; at += 1) client.order(KINDS[at % KINDS.length], { shy: at % 7 === 0 });
  const known = () => client.orders.slice(before).filter((order) => client.taskIdOf(order)).length;
  await waitFor('half of the creates', ENDED_WITHIN_MS, () => known() >= orders / 2);
  const promotion = await pair.failOver();
  const backAt = await waitFor('a create', ENDED_WITHIN_MS, () =>
    keyless.answeredAt.find((at) => at > promotion.promotedAt),
  );
  await pair.rejoin();
  return { ...promotion, backMs: backAt - promotion.promotedAt };
}

interface Round extends Promotion {
  /** From the promotion until a create was answered. */
  backMs: number;
}

/** What is wrong with the tasks of creates without keys. */
async function judgeKeyless({ keyless, keylessDoor }: Stage): Promise<string[]> {
  const rows = await readPages<{ task_id: string }>(keylessDoor, 'job/Tasks', 'tasks');
  const listed = rows.map(({ task_id: id }) => id);
  const lost = keyless.answered.filter((id) => !listed.includes(id));
  const most = keyless.answered.length + keyless.unanswered;
  return [
    ...lost.map((id) => `The create of ${id} was answered, and it is gone`),
    ...(listed.length > most ? [`${most} calls made ${listed.length} tasks`] : []),
  ];
}

async function judge(stage: Stage): Promise<string[]> {
  const { site, client, receiver, door, opening } = stage;
  await waitFor('the end of all', ENDED_WITHIN_MS, () => client.isSatisfied);
  await client.repeatAll();
  await waitFor('all callbacks', ENDED_WITHIN_MS, () => {
    const accepted = receiver.receipts().flatMap(({ path: to, status }) => (status === 200 ? [to] : []));
    return new Set(accepted).size === client.orders.length;
  });
  const evidence = await gather(door, { client, receiver }, { opening, price: PRICE, kills: [] });
  const { violations } = (await site.run('credits', 'audit')) as { violations: unknown[] };
  return [
    ...check(evidence).map(({ promise, detail }) => `${promise}: ${detail}`),
    ...(await judgeKeyless(stage)),
    ...violations.map((violation) => JSON.stringify(violation)),
  ];
}

async function prove({ creates }: { creates: number }): Promise<boolean> {
  const programs = await findPrograms();
  if (programs === undefined) {
    process.stderr.write(
      'This needs root and the Debian packages postgresql and haproxy, which cannot be had here.\n',
    );
    return process.exit(2);
  }
  const pair = await Pair.open(programs);
  let stage: Stage | undefined;
  try {
    stage = await openStage(pair);
    stage.keyless.start();
    const rounds: Round[] = [];
    process.stdout.write('kill  promoted after  back after the promotion\n');
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const round = await killPrimary(pair, stage, Math.ceil(creates / KILLS));
      rounds.push(round);
      const columns = [String(kill).padStart(4), ...[round.promotedMs, round.backMs].map(seconds)];
      process.stdout.write(`${columns.join('  ')}\n`);
    }
    await stage.keyless.stop();
    const faults = await judge(stage);
    const slow = rounds.filter(({ backMs }) => backMs > BACK_WITHIN_MS);
    if (slow.length > 0) faults.push(`${slow.length} times no create was answered within 15 s`);
    for (const fault of faults.slice(0, 50)) process.stdout.write(`BROKEN  ${fault}\n`);
    const { keyless, client } = stage;
    process.stdout.write(
      `${faults.length === 0 ? 'holds   ' : 'BROKEN  '}${client.orders.length} creates with a key, ${keyless.answered.length} without (${keyless.unanswered} not answered): ${faults.length} lost, doubled or late\n`,
    );
    return faults.length === 0;
  } finally {
    await stage?.keyless.stop();
    await stage?.client.stop();
    await stage?.site.close();
    await stage?.receiver.close();
    await pair.close();
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`.padStart(14);
}

await runProof('proof:failover', 300, prove);
