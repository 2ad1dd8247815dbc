// What moves in the dashboard: frames that the browser drops while many tasks live and while a large gallery scrolls, and what
// jumps while a page loads or a task ends.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { paths } from '../dashboard/src/paths.ts';
import { type Figure, quantile, sleep } from './bench.ts';

const WIDE = { width: 1280, height: 800 };
const WITHIN_MS = 60_000;
const FRAME_MS = 1_000 / 60;
/** So much later than a frame is due, and the one between was not drawn. */
const LATE = 1.5;
const LIVE_TASKS = 50;
const LIVE_MS = { usual: 8_000, quick: 2_000 };
const CHANGE_EVERY_MS = 250;
const TEMPLATES = 280;
const SCROLL_MS = { usual: 5_000, quick: 2_000 };
/** After the last request of a page: what is drawn late has moved by then. */
const STILL_MS = 1_000;
const STUCK = { model: 'reelay/draft-t2v', input: { prompt: 'reelay:stuck' } };

export interface Visitor {
  browser: Browser;
  origin: string;
  cookies: Awaited<ReturnType<BrowserContext['cookies']>>;
  accountId: string;
  isQuick: boolean;
}

async function openPage({ browser, cookies }: Visitor): Promise<Page> {
  const context = await browser.newContext({ viewport: WIDE });
  context.setDefaultTimeout(WITHIN_MS);
  await context.addCookies(cookies);
  return context.newPage();
}

/** Posts as the person who is signed in. @throws for what is refused. */
async function post<Answer>(page: Page, visitor: Visitor, path: string, data: unknown): Promise<Answer> {
  const { origin, accountId } = visitor;
  const headers = { origin, 'x-reelay-account': accountId, 'x-reelay-mode': 'test' };
  const answer = await page.context().request.post(`${origin}/api/v1/${path}`, { headers, data });
  if (!answer.ok()) throw new Error(`${path} was refused: ${await answer.text()}`);
  return (await answer.json()) as Answer;
}

async function beginTask(page: Page, visitor: Visitor): Promise<string> {
  const { data } = await post<{ data: { task_id: string } }>(page, visitor, 'client/job/CreateTask', STUCK);
  return data.task_id;
}

/** The moments of all frames of some seconds; `step` is done in each of them, with the share of the time that is over. */
function watchFrames(page: Page, milliseconds: number, step = ''): Promise<number[]> {
  return page.evaluate(`new Promise((resolve) => {
    const moments = [];
    const begin = performance.now();
    const look = (now) => {
      moments.push(now);
      const share = Math.min(1, (now - begin) / ${milliseconds});
      ${step}
      if (share < 1) requestAnimationFrame(look);
      else resolve(moments);
    };
    requestAnimationFrame(look);
  })`);
}

function describeFrames(what: string, moments: readonly number[]): Figure[] {
  const spans = moments.slice(1).map((moment, at) => moment - moments[at]);
  const dropped = spans.reduce(
    (sum, span) => sum + (span > FRAME_MS * LATE ? Math.round(span / FRAME_MS) - 1 : 0),
    0,
  );
  const share = (100 * dropped) / (dropped + spans.length);
  return [
    { name: `${what}: dropped frames`, value: share, unit: '%', digits: 1 },
    { name: `${what}: a frame, p95`, value: quantile(spans, 0.95), unit: 'ms', digits: 1 },
  ];
}

/** A list of tasks that never end by themselves, four of which change each second. */
export async function measureLiveTasks(visitor: Visitor): Promise<Figure[]> {
  const page = await openPage(visitor);
  const open = await Promise.all(Array.from({ length: LIVE_TASKS }, () => beginTask(page, visitor)));
  await page.goto(`${visitor.origin}${paths.tasks()}`);
  await page.getByRole('row').nth(LIVE_TASKS).waitFor();
  const watched = watchFrames(page, visitor.isQuick ? LIVE_MS.quick : LIVE_MS.usual);
  let isOver = false;
  void watched.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    open.push(await beginTask(page, visitor));
    await post(page, visitor, 'account/tasks/cancel', { ids: open.splice(0, 1) });
    await sleep(CHANGE_EVERY_MS);
  }
  const moments = await watched;
  await post(page, visitor, 'account/tasks/cancel', { ids: open });
  await page.context().close();
  return describeFrames(`${LIVE_TASKS} live tasks`, moments);
}

/** Copies of the templates that are shipped, until there are as many as a vendor has. */
async function fillGallery(page: Page, visitor: Visitor): Promise<void> {
  const path = `${visitor.origin}/api/v1/operator/catalogues/bytedance/templates`;
  const answer = await page.context().request.get(path);
  const { items } = (await answer.json()) as { items: { item: object }[] };
  const copies = Array.from({ length: TEMPLATES - items.length }, (_each, at) => ({
    ...items[at % items.length].item,
    TemplateId: String(600_000_000 + at),
  }));
  await post(page, visitor, 'operator/catalogues/bytedance/templates', copies);
}

/** The gallery from its top to its bottom, as fast as a hand can. */
export async function measureGallery(visitor: Visitor): Promise<Figure[]> {
  const page = await openPage(visitor);
  await fillGallery(page, visitor);
  await page.goto(`${visitor.origin}${paths.templates()}`);
  await page
    .getByRole('list', { name: 'Templates' })
    .getByRole('link')
    .nth(TEMPLATES - 1)
    .waitFor();
  await page.waitForLoadState('networkidle');
  const step = 'scrollTo(0, share * (document.documentElement.scrollHeight - innerHeight));';
  const moments = await watchFrames(page, visitor.isQuick ? SCROLL_MS.quick : SCROLL_MS.usual, step);
  await page.context().close();
  return describeFrames(`a gallery of ${TEMPLATES}`, moments);
}

/** Sums what moves by itself. https://web.dev/articles/cls; what follows an input within half a second does not count. */
const COUNT_SHIFTS = `globalThis.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifted += entry.value;
}).observe({ type: 'layout-shift', buffered: true });`;

function readShifts(page: Page): Promise<number> {
  return page.evaluate('globalThis.shifted');
}

/** Less is a digit of a time that is counted up. */
function toFourDigits(share: number): number {
  return Number(share.toFixed(4));
}

/** Pages whose address needs no id, and that a person who is signed in sees. */
const ADDRESSES = Object.entries(paths)
  .filter(([name]) => !/^(home|docs|task|model|operatorAccount|setup|signIn|signUp|invitation)$/.test(name))
  .map(([, build]) => (build as () => string)());

/** What jumps while each page loads for the first time, and while a task goes from waiting to done on the stage. */
export async function measureShifts(visitor: Visitor): Promise<Figure[]> {
  const loads: number[] = [];
  for (const path of ADDRESSES) {
    const page = await openPage(visitor);
    await page.addInitScript(COUNT_SHIFTS);
    await page.goto(`${visitor.origin}${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    await page.waitForLoadState('networkidle');
    await sleep(STILL_MS);
    loads.push(await readShifts(page));
    await page.context().close();
  }
  const page = await openPage(visitor);
  await page.addInitScript(COUNT_SHIFTS);
  await page.goto(`${visitor.origin}${paths.playground({ model: STUCK.model })}`);
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('A lake at dawn');
  await page.getByText('480p', { exact: true }).click();
  await page.getByRole('slider', { name: 'Length' }).fill('2');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByLabel('The video').waitFor();
  await sleep(STILL_MS);
  const run = await readShifts(page);
  await page.context().close();
  return [
    {
      name: `layout shift of ${loads.length} first loads, worst`,
      value: toFourDigits(Math.max(...loads)),
      unit: '',
      digits: 4,
      atMost: 0,
    },
    {
      name: 'layout shift of a run, from waiting to done',
      value: toFourDigits(run),
      unit: '',
      digits: 4,
      atMost: 0,
    },
  ];
}
