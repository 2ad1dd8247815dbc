// How soon a person can work, and how calm the pages are: the playground in a browser with a cold cache, from the address to
// the first field that takes words and to the first price; then frames and layout shifts (dashboard-motion.ts). A server with
// its own PostgreSQL and nothing else to do.
import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { type Bench, type BenchOptions, printFigures, quantile } from './bench.ts';
import { measureGallery, measureLiveTasks, measureShifts } from './dashboard-motion.ts';
import { MAIN, NODE_FLAGS, type Server, startServer, stop } from './processes.ts';

const READY_MS_MAX = 1_000;
const PRICED_MS_MAX = 1_300;
const LOADS = { usual: 10, quick: 3 };
const WITHIN_MS = 30_000;
const PRICE = /^[\d,.]+ credits$/;

type Cookies = Awaited<ReturnType<BrowserContext['cookies']>>;

/** Takes the server over by its link, as a person does. */
async function claim(browser: Browser, { line }: Server): Promise<{ cookies: Cookies; accountId: string }> {
  const link = new URL(String(line.setupLink));
  const context = await browser.newContext();
  const answer = await context.request.post(`${link.origin}/api/v1/account/setup`, {
    headers: { origin: link.origin },
    data: { token: link.hash.slice(1), email: 'bench@example.com', password: 'a long phrase', name: 'Bench' },
  });
  if (!answer.ok()) throw new Error(`the server could not be set up: ${await answer.text()}`);
  const { accounts } = (await answer.json()) as { accounts: { id: string }[] };
  const cookies = await context.cookies();
  await context.close();
  return { cookies, accountId: accounts[0].id };
}

/** Milliseconds from the address to the prompt that takes words, and to the price. */
async function loadOnce(browser: Browser, url: string, cookies: Cookies) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(WITHIN_MS);
  await context.addCookies(cookies);
  const page = await context.newPage();
  const beganMs = performance.now();
  await page.goto(`${url}/playground`, { waitUntil: 'commit' });
  await page.getByRole('textbox', { name: 'Prompt' }).waitFor();
  await page.getByRole('button', { name: 'Run' }).waitFor();
  const readyMs = performance.now() - beganMs;
  await page.locator('main').getByText(PRICE).first().waitFor();
  const pricedMs = performance.now() - beganMs;
  await context.close();
  return { readyMs, pricedMs };
}

async function measure(browser: Browser, server: Server, { quick }: BenchOptions): Promise<void> {
  const url = String(server.line.address);
  const { cookies, accountId } = await claim(browser, server);
  // The first load warms the server: a person who opens the dashboard is rarely its first visitor.
  await loadOnce(browser, url, cookies);
  const loads: Awaited<ReturnType<typeof loadOnce>>[] = [];
  for (let at = 0; at < (quick ? LOADS.quick : LOADS.usual); at++)
    loads.push(await loadOnce(browser, url, cookies));
  const median = (values: number[]) => quantile(values, 0.5);
  const ready = loads.map(({ readyMs }) => readyMs);
  const priced = loads.map(({ pricedMs }) => pricedMs);
  printFigures([
    { name: 'playground ready, median', value: median(ready), unit: 'ms', atMost: READY_MS_MAX },
    { name: 'playground ready, best', value: Math.min(...ready), unit: 'ms' },
    { name: 'first price, median', value: median(priced), unit: 'ms', atMost: PRICED_MS_MAX },
    { name: 'first price, best', value: Math.min(...priced), unit: 'ms' },
  ]);
  const visitor = { browser, origin: new URL(url).origin, cookies, accountId, isQuick: quick };
  printFigures(await measureLiveTasks(visitor));
  printFigures(await measureGallery(visitor));
  printFigures(await measureShifts(visitor));
}

export const dashboardBench: Bench = {
  name: 'dashboard',
  about: 'the dashboard in a browser: until it is usable, dropped frames, layout shifts',
  async run(options) {
    const environment = {
      DATA_DIR: options.dataDir,
      PORT: '0',
      LOG_LEVEL: 'error',
      REELAY_CREATES_PER_10S: '1000000',
      REELAY_READS_PER_10S: '1000000',
    };
    const server = await startServer([...NODE_FLAGS, MAIN, 'serve', '--json'], environment);
    const executablePath = await sparticuz.executablePath();
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    try {
      await measure(browser, server, options);
    } finally {
      await browser.close();
      await stop(server);
    }
  },
};
