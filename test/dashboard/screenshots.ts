// `npm run screenshots`: pictures of the dashboard from a real server with a few tasks, into docs/screenshots. With a folder
// as argument: every page there, in both themes and at both widths, to be looked at.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { paths } from '../../dashboard/src/paths.ts';
import { Site } from '../stage/processes.ts';
import { waitFor } from '../stage/wait.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const QUALITY = 76;
const RENDERED_MS = 600_000;
const QUIET_MS = 3_000;
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };
const THEMES = ['light', 'dark'] as const;
const PROMPTS = [
  'A lighthouse at sunset, waves on the rocks, gulls in the wind',
  'Neon city street at night in the rain, slow camera',
  'Mountains at dawn, mist in the valley, a river',
];

interface Shot {
  name: string;
  path: string;
  size: typeof WIDE;
  theme: (typeof THEMES)[number];
}

interface Signed {
  url: string;
  headers: Record<string, string>;
  state: Awaited<ReturnType<BrowserContext['storageState']>>;
}

/** Takes the server over by its link and signs in. */
async function claim(browser: Browser, setupLink: string): Promise<Signed> {
  const link = new URL(setupLink);
  const context = await browser.newContext();
  const headers: Record<string, string> = { origin: link.origin, 'x-reelay-mode': 'test' };
  const body = {
    email: 'olga@example.com',
    password: 'a long phrase',
    name: 'Olga Owner',
    account: 'Studio',
  };
  const answer = await context.request.post(`${link.origin}/api/v1/account/setup`, {
    headers,
    data: { token: link.hash.slice(1), ...body },
  });
  if (!answer.ok()) throw new Error(`the server could not be set up: ${await answer.text()}`);
  headers['x-reelay-account'] = (await answer.json()).accounts[0].id;
  return { url: link.origin, headers, state: await context.storageState() };
}

/** Makes a key and a few tasks, and waits until these have ended. @returns the id of one that has ended well. */
async function seed(browser: Browser, { url, headers, state }: Signed): Promise<string> {
  const { request } = await browser.newContext({ storageState: state });
  const jobs = `${url}/api/v1/client/job`;
  const key = { mode: 'test', name: 'Website', credits_day_max: 500 };
  await request.post(`${url}/api/v1/account/keys`, { headers, data: key });
  const made: string[] = [];
  for (const prompt of [...PROMPTS, 'A storm [fail:provider]']) {
    const input = { prompt, duration: 2, resolution: '480p' };
    const data = { model: 'bytedance/seedance1-0-pro-t2v', input };
    const answer = await request.post(`${jobs}/CreateTask`, { headers, data });
    made.push((await answer.json()).data.task_id);
  }
  await waitFor('the seeded tasks have ended', RENDERED_MS, async () => {
    const answer = await request.get(`${url}/api/v1/account/tasks?status=open`, { headers });
    return ((await answer.json()).items ?? []).length === 0;
  });
  return made[0] ?? '';
}

async function shoot(
  browser: Browser,
  signed: Signed,
  folder: string,
  shots: readonly Shot[],
): Promise<void> {
  for (const { name, path, size, theme } of shots) {
    const context = await browser.newContext({
      storageState: signed.state,
      viewport: size,
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto(`${signed.url}${path}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    // A page with a stream of events is never without a request; what is there by then is shown.
    await page.waitForLoadState('networkidle', { timeout: QUIET_MS }).catch(() => undefined);
    const file = join(folder, `${name}-${size.width}-${theme}.jpg`);
    await page.screenshot({ path: file, type: 'jpeg', quality: QUALITY });
    await context.close();
  }
}

/** The set of the documents. @param task one that has ended well. */
function chooseFew(task: string): Shot[] {
  const playground = paths.playground({ task });
  return [
    { name: 'playground', path: playground, size: WIDE, theme: 'light' },
    { name: 'playground', path: playground, size: NARROW, theme: 'dark' },
    { name: 'models', path: paths.models(), size: WIDE, theme: 'dark' },
    { name: 'tasks', path: paths.tasks(), size: WIDE, theme: 'light' },
    { name: 'task', path: paths.task(task), size: WIDE, theme: 'dark' },
    { name: 'usage', path: paths.usage({ by: 'model' }), size: WIDE, theme: 'light' },
    { name: 'keys', path: paths.keys(), size: WIDE, theme: 'light' },
    { name: 'operator', path: paths.operator(), size: WIDE, theme: 'dark' },
  ];
}

function chooseAll(): Shot[] {
  const pages = Object.entries(paths).filter(
    ([name]) => !/^(home|docs|task|model|operatorAccount|setup)$/.test(name),
  );
  return pages.flatMap(([name, build]) =>
    [WIDE, NARROW].flatMap((size) =>
      THEMES.map((theme) => ({ name, path: (build as () => string)(), size, theme })),
    ),
  );
}

const folder = process.argv[2] ?? join(ROOT, 'docs', 'screenshots');
await mkdir(folder, { recursive: true });
const site = await Site.open({ REELAY_POSTERS: 'true' });
const browser = await chromium.launch({
  executablePath: await sparticuz.executablePath(),
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});
try {
  const announced = await site.start().ready;
  if (!announced?.setupLink) throw new Error('the server did not start, or somebody owns it');
  const signed = await claim(browser, announced.setupLink);
  const task = await seed(browser, signed);
  await shoot(browser, signed, folder, process.argv[2] ? chooseAll() : chooseFew(task));
} finally {
  await browser.close();
  await site.close();
}
