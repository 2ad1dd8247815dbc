// A server whose every page has something to show: tasks in each state, keys, callbacks, a provider that answers, losses and
// outcomes that nobody knows. For pictures; a test makes what it needs itself.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIRequestContext, Browser, BrowserContext } from 'playwright-core';
import { startEmulator } from '../../emulators/core/server.ts';
import { EMULATED_APIS } from '../../emulators/emulators.ts';
import { startApp } from '../../server/src/app.ts';
import { readConfig } from '../../server/src/config.ts';
import { type Core, createCore, migrateDatabase } from '../../server/src/core.ts';
import { recordLoss } from '../../server/src/credits/credits.ts';
import { startEmbeddedPostgres } from '../../server/src/db/embedded.ts';
import { silentLog } from '../../server/src/db/log.ts';
import { withTransaction } from '../../server/src/db/pool.ts';
import { FIRST_ACCOUNT, openAccountWithTestCredits } from '../../server/src/doors/opening.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { createLog } from '../../server/src/lib/log.ts';
import { waitFor } from '../stage/wait.ts';
import { codeOf } from './authenticator.ts';

const OWNER = { email: 'olga@example.com', password: 'a long phrase', name: 'Olga Owner' };
/** Signs in with a second factor. */
const CAREFUL = { email: 'karl@example.com', password: 'a long phrase', name: 'Karl Careful' };
const MODEL = 'bytedance/seedance1-0-pro-t2v';
const SMALL = { duration: 2, resolution: '480p' };
const PROMPTS = [
  'A lighthouse at sunset, waves on the rocks, gulls in the wind',
  'Neon city street at night in the rain, slow camera',
  'Mountains at dawn, mist in the valley, a river',
];
const ENDED_MS = 600_000;
const UNKNOWN_MS = 60_000;
const DAY_S = 86_400;

export interface Showcase {
  url: string;
  core: Core;
  /** A link that makes the first owner, until `fill` has done so. */
  setupLink: string;
  /** Takes the instance over, and makes what the pages show. */
  fill(): Promise<Shown>;
  close(): Promise<void>;
}

/** What the addresses of pages name. */
export interface Shown {
  /** The state of the owner's browser, who operates the instance too. */
  state: Awaited<ReturnType<BrowserContext['storageState']>>;
  accountId: string;
  /** One that has ended well, and one that failed. */
  task: string;
  failedTask: string;
  /** Of a person who may join. */
  invitationLink: string;
  /** Of a person who is asked for a code after the password. */
  careful: { email: string; password: string };
}

/** Starts PostgreSQL, server and worker in this process, and a provider beside them. */
export async function openShowcase(browser: Browser): Promise<Showcase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'reelay-showcase-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog });
  const log = createLog('error');
  const config = readConfig({
    DATA_DIR: dataDir,
    PORT: '0',
    LOG_LEVEL: 'error',
    REELAY_LIVE_LOOPBACK_CALLBACKS: 'true',
    REELAY_SMTP_URL: 'smtp://127.0.0.1:25',
    REELAY_MAIL_FROM: 'reelay@example.com',
    REELAY_SIGN_UP: 'verified',
  });
  await migrateDatabase(postgres.url, log);
  const core = await createCore(config, postgres.url, log);
  const app = await startApp(core, { api: true, work: true }, Promise.resolve(undefined));
  const api = EMULATED_APIS.find(({ id }) => id === 'ark');
  if (!api) throw new Error('there is no emulator ark');
  const provider = await startEmulator(api, { settings: { queueMs: 20, runMs: 50 } });
  await openAccountWithTestCredits(core, FIRST_ACCOUNT);
  const setupLink = await core.people.makeSetupLink();
  return {
    url: app.address ?? '',
    core,
    setupLink,
    fill: () => fill({ browser, core, setupLink, provider }),
    async close() {
      await app.stop();
      await core.close();
      await provider.close();
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

interface Parts {
  browser: Browser;
  core: Core;
  setupLink: string;
  provider: Awaited<ReturnType<typeof startEmulator>>;
}

/** Calls as the person of a browser. @throws for what is refused. */
type Call = (path: string, data: object) => Promise<Record<string, unknown>>;

function callerOf(request: APIRequestContext, origin: string, accountId: string): Call {
  return async (path, data) => {
    const mode = path.startsWith('live:') ? 'live' : 'test';
    const headers = { origin, 'x-reelay-account': accountId, 'x-reelay-mode': mode };
    const answer = await request.post(`${origin}/api/v1/${path.replace('live:', '')}`, { headers, data });
    if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  };
}

async function fill({ browser, core, setupLink, provider }: Parts): Promise<Shown> {
  const { origin, hash } = new URL(setupLink);
  const context = await browser.newContext();
  const open = callerOf(context.request, origin, '');
  const claimed = await open('account/setup', { token: hash.slice(1), ...OWNER, account: 'Studio' });
  const [{ id: accountId }] = claimed.accounts as { id: string }[];
  const call = callerOf(context.request, origin, accountId);
  await call(`operator/accounts/${accountId}/credits`, {
    kind: 'grant',
    credits: 2_500,
    reason: 'invoice 2026-118',
  });
  await makeKeys(call);
  await call('operator/credentials', { provider: 'ark', name: 'Main', fields: { ...provider.fields } });
  const { task, failedTask } = await makeTasks(call, core);
  await makeUnknown(call, core, provider);
  const loss = { taskId: task, accountId, book: 'live', amount: 72_000_000n, reference: newId() } as const;
  await withTransaction(core.pool, (client) => recordLoss(client, { id: newId(), ...loss }));
  await priceFromTomorrow(context.request, origin);
  const state = await context.storageState();
  const invitationLink = await invite(call, 'rosa@example.com', 'member');
  await addCareful(browser, origin, await invite(call, CAREFUL.email, 'owner'));
  return { state, accountId, task, failedTask, invitationLink, careful: CAREFUL };
}

async function makeKeys(call: Call): Promise<void> {
  await call('account/keys', { mode: 'test', name: 'Website', credits_day_max: 500 });
  await call('account/keys', { mode: 'live', name: 'Render farm', credits_total_max: 2_000, role: 'member' });
  await call('account/keys', { mode: 'test', name: 'Dashboards', role: 'reader' });
}

/** Tasks in each state that stays: done, failed, waiting; two callbacks of them, one without a receiver. */
async function makeTasks(call: Call, core: Core): Promise<{ task: string; failedTask: string }> {
  const { url } = await call('account/inboxes', {});
  const receivers = [url, 'http://127.0.0.1:9/hooks', undefined];
  const create = async (prompt: string, more: object = {}) => {
    const input = { prompt, ...SMALL };
    const { data } = await call('client/job/CreateTask', { model: MODEL, input, ...more });
    return (data as { task_id: string }).task_id;
  };
  const made: string[] = [];
  for (const [at, prompt] of PROMPTS.entries()) {
    const more = receivers[at] === undefined ? {} : { callback_url: receivers[at] };
    made.push(await create(prompt, { metadata: { project: at === 0 ? 'spring' : 'autumn' }, ...more }));
  }
  const failedTask = await create('A storm over the harbour, reelay:fail');
  await create('A picture that is refused, reelay:moderation');
  await waitFor('the seeded tasks have ended', ENDED_MS, async () => {
    const { rows } = await core.pool.query('select 1 from tasks where completed_at is null limit 1');
    return rows.length === 0;
  });
  await create('A whale under ice, reelay:stuck');
  return { task: made[0] ?? '', failedTask };
}

/** A live task whose start the provider may or may not have taken. */
async function makeUnknown(call: Call, core: Core, provider: Parts['provider']): Promise<void> {
  const input = { prompt: 'A city from above', ...SMALL };
  await call('live:client/job/CreateTask', { model: MODEL, input });
  await waitFor('the live task has ended', UNKNOWN_MS, async () => {
    const { rows } = await core.pool.query(
      `select 1 from tasks where book = 'live' and completed_at is not null`,
    );
    return rows.length > 0;
  });
  provider.addFault({ on: 'start', kind: 'status', status: 502, times: 'always' });
  await call('live:client/job/CreateTask', { model: MODEL, input });
  await waitFor('an outcome is unknown', UNKNOWN_MS, async () => {
    const { rows } = await core.pool.query(`select 1 from attempts where state = 'unknown'`);
    return rows.length > 0;
  });
}

async function priceFromTomorrow(request: APIRequestContext, origin: string): Promise<void> {
  const answer = await request.patch(`${origin}/api/v1/operator/models/reelay/draft-t2v`, {
    headers: { origin },
    data: { flat_price: 3.25, price_from: Math.ceil(Date.now() / 1_000 / DAY_S) * DAY_S },
  });
  if (!answer.ok()) throw new Error(`the price was refused: ${await answer.text()}`);
}

/** @returns the link by which the person joins. */
async function invite(call: Call, email: string, role: string): Promise<string> {
  const { link } = await call('account/invitations', { email, role });
  return String(link);
}

/** A person with a second factor. */
async function addCareful(browser: Browser, origin: string, link: string): Promise<void> {
  const context = await browser.newContext();
  const call = callerOf(context.request, origin, '');
  const { password, name } = CAREFUL;
  await call('account/invitations/accept', { token: new URL(link).hash.slice(1), password, name });
  const { secret } = await call('account/second-factor', { password });
  await call('account/second-factor/confirm', { code: codeOf(String(secret)) });
  await context.close();
}
