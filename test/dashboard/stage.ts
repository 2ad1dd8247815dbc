// A whole server with a worker in this process, a person who is signed in, and pages of a real browser that watch
// themselves: what the policy refuses, what the console complains about and what breaks fails the test.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';
import { afterAll, expect, inject } from 'vitest';
import { startApp } from '../../server/src/app.ts';
import { readConfig } from '../../server/src/config.ts';
import { type Core, createCore, migrateDatabase } from '../../server/src/core.ts';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import { openAccountWithTestCredits } from '../../server/src/doors/opening.ts';
import { createLog } from '../../server/src/lib/log.ts';
import { buildDashboard } from '../stage/built-dashboard.ts';
import { waitFor } from '../stage/wait.ts';

/** What a step of a test waits for the page, on a busy machine. */
const STEP_MS = 60_000;
const ACCOUNT = 'default';
const PASSWORD = 'correct horse battery';

export interface Person {
  email: string;
  password: string;
  /** The state of a browser that is signed in. */
  cookies: Awaited<ReturnType<BrowserContext['cookies']>>;
}

export interface PageOptions {
  width?: number;
  height?: number;
  theme?: 'light' | 'dark';
  /** The default is the owner of the stage; null is nobody. */
  person?: Person | null;
  mode?: 'test' | 'live';
}

export interface Stage {
  core: Core;
  url: string;
  /** Operator of the instance and owner of the account `default`, which has test credits. */
  owner: Person;
  accountId: string;
  browser: Browser;
  /**
   * Stops the server, and starts another one on the same data at the same address; `core` stays open.
   * @param meanwhile runs while no server is there.
   */
  restart(meanwhile?: () => Promise<void>): Promise<void>;
  /** Opens an address of the dashboard in a browser of its own. */
  open(path: string, options?: PageOptions): Promise<WatchedPage>;
}

export interface WatchedPage {
  page: Page;
  /** What the page did wrong so far. */
  faults: string[];
  /** Resolves once the page has drawn its title and everything that it asked for. */
  settle(): Promise<void>;
  /** Ends the page; the test fails if it did something wrong. */
  close(): Promise<void>;
}

interface StageOptions {
  environment?: Record<string, string>;
  /** Nobody has taken the instance over: pages are opened with `person: null`. */
  isUnclaimed?: boolean;
}

/** One browser a worker of the run, which ends with it: a start costs more than most tests. */
let launched: Promise<Browser> | undefined;

function findBrowser(): Promise<Browser> {
  launched ??= launchBrowser();
  return launched;
}

async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking'],
  });
}

/** Starts server and worker for the calling test file, finds a browser, and proves the ledger when the file ends. */
export async function startStage({ environment, isUnclaimed = false }: StageOptions = {}): Promise<Stage> {
  await buildDashboard();
  const database = await createTestDatabase();
  const log = createLog(process.env.STAGE_LOG === undefined ? 'silent' : 'debug');
  const config = readConfig({
    DATA_DIR: await mkdtemp(join(inject('testServer').folder, 'dashboard-')),
    PORT: '0',
    LOG_LEVEL: 'silent',
    REELAY_CREATES_PER_10S: '1000000',
    REELAY_CALLBACKS_PER_10S: '1000000',
    REELAY_READS_PER_10S: '1000000',
    ...environment,
  });
  await migrateDatabase(database.url, log);
  const core = await createCore(config, database.url, log);
  const start = (of: Core) => startApp(of, { api: true, work: true }, Promise.resolve(undefined));
  let app = await start(core);
  const url = app.address ?? '';
  const later: Core[] = [];
  const restart: Stage['restart'] = async (meanwhile) => {
    await app.stop();
    await meanwhile?.();
    const next = await createCore({ ...config, port: Number(new URL(url).port) }, database.url, log);
    later.push(next);
    app = await start(next);
  };
  const account = await openAccountWithTestCredits(core, ACCOUNT);
  const browser = await findBrowser();
  afterAll(async () => {
    for (const context of browser.contexts()) await context.close();
    await app.stop();
    for (const each of later) await each.close();
    const violations = await core.credits.audit();
    await core.close();
    expect(violations).toEqual([]);
  });
  const owner = isUnclaimed ? NOBODY : await claim(core, browser, url);
  const open: Stage['open'] = (path, options = {}) => openPage({ browser, url, owner }, path, options);
  return { core, url, owner, accountId: account.id, browser, restart, open };
}

const NOBODY: Person = { email: '', password: '', cookies: [] };

/** Takes the instance over as the first person does, by the link that the terminal prints. */
async function claim(core: Core, browser: Browser, url: string): Promise<Person> {
  const token = new URL(await core.people.makeSetupLink()).hash.slice(1);
  const email = 'owner@example.com';
  const context = await browser.newContext();
  const answer = await context.request.post(`${url}/api/v1/account/setup`, {
    headers: { origin: url },
    data: { token, email, password: PASSWORD, name: 'Olga Owner', account: ACCOUNT },
  });
  if (!answer.ok()) throw new Error(`the stage was not claimed: ${answer.status()} ${await answer.text()}`);
  const cookies = await context.cookies();
  await context.close();
  return { email, password: PASSWORD, cookies };
}

type Opening = Pick<Stage, 'browser' | 'url' | 'owner'>;

async function openPage(
  { browser, url, owner }: Opening,
  path: string,
  options: PageOptions,
): Promise<WatchedPage> {
  const { width = 1280, height = 800, theme = 'light', person = owner, mode = 'test' } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
  });
  context.setDefaultTimeout(STEP_MS);
  if (person) await context.addCookies(person.cookies);
  await context.addInitScript(`localStorage['reelay.session'] ??= '${JSON.stringify({ mode })}'`);
  const page = await context.newPage();
  const faults = watch(page);
  const settle = followRequests(page);
  await page.goto(`${url}${path}`);
  return {
    page,
    faults,
    settle,
    async close() {
      await context.close();
      expect(faults).toEqual([]);
    },
  };
}

/** Requests that stay open for as long as the page does. */
const ENDLESS = new Set(['eventsource', 'media']);
/** Two frames later, whether what came is drawn. */
const IS_DRAWN = `new Promise((resolve) => {
  const look = () => resolve(document.querySelector('[class*="skeleton"]') === null);
  requestAnimationFrame(() => requestAnimationFrame(look));
})`;

/** Counts what the page asks for. @returns the wait until all of it has come and is drawn. */
function followRequests(page: Page): WatchedPage['settle'] {
  const open = new Set<Request>();
  page.on('request', (request) => {
    if (!ENDLESS.has(request.resourceType())) open.add(request);
  });
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
  return async () => {
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await waitFor('the page has what it asked for', STEP_MS, async () => {
      const isDrawn = open.size === 0 && (await page.evaluate(IS_DRAWN));
      return isDrawn && open.size === 0;
    });
  };
}

/** A refused call is shown by the page; the browser complains about each all the same. */
const OF_ANSWERS = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** Collects what a page does wrong. */
function watch(page: Page): string[] {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type()) || OF_ANSWERS.test(message.text())) return;
    faults.push(`console: ${message.text()}`);
  });
  return faults;
}
