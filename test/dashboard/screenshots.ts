// `npm run screenshots`: pictures of the dashboard from a real server with something on every page, into docs/screenshots.
// With a folder as argument: every page there, in both themes and at both widths, to be looked at; further words choose
// pages by their name.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium, type Page } from 'playwright-core';
import { paths } from '../../dashboard/src/paths.ts';
import { openShowcase, type Shown } from './showcase.ts';

const QUALITY = 76;
const QUIET_MS = 3_000;
const DRAWN_MS = 20_000;
const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 390, height: 844 };
const THEMES = ['light', 'dark'] as const;
const DOCUMENTS = join(import.meta.dirname, '..', '..', 'docs', 'screenshots');
const [folder = DOCUMENTS, ...chosen] = process.argv.slice(2);
const isForDocuments = folder === DOCUMENTS;

/** A page, and what leads to its picture. */
interface View {
  name: string;
  path: string;
  /** Nobody is signed in. */
  isOpen?: boolean;
  /** Brings the page into a state that no address has. */
  act?: (page: Page) => Promise<void>;
}

interface Look {
  size: typeof WIDE;
  theme: (typeof THEMES)[number];
}

const LOOKS: readonly Look[] = [WIDE, NARROW].flatMap((size) => THEMES.map((theme) => ({ size, theme })));

/** Pages whose address is not their builder called without a word. */
const OTHERS = new Set(['home', 'docs', 'setup', 'invitation', 'task', 'model', 'operatorAccount']);

function listViews({ task, failedTask, accountId, invitationLink, careful }: Shown): View[] {
  const isBeforeSignIn = (name: string) => /^sign/.test(name);
  const plain = Object.entries(paths)
    .filter(([name]) => !OTHERS.has(name))
    .map(([name, build]) => ({
      name,
      path: (build as () => string)(),
      isOpen: isBeforeSignIn(name),
    }));
  const { pathname, hash } = new URL(invitationLink);
  const signInFirst = async (page: Page) => {
    await page.getByRole('textbox', { name: 'Email' }).fill(careful.email);
    await page.getByLabel('Password').first().fill(careful.password);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Your code' }).waitFor();
  };
  return [
    ...plain,
    { name: 'playgroundDone', path: paths.playground({ task }) },
    { name: 'playgroundFailed', path: paths.playground({ task: failedTask }) },
    { name: 'playgroundCompare', path: paths.playground({ compare: 'selfhosted/wan2-1-1b-t2v' }) },
    { name: 'task', path: paths.task(task) },
    { name: 'taskFailed', path: paths.task(failedTask) },
    { name: 'model', path: paths.model('vidu/q1-r2v') },
    { name: 'usageByModel', path: paths.usage({ by: 'model' }) },
    { name: 'callbacksInboxes', path: paths.callbacks({ view: 'inboxes' }) },
    { name: 'operatorAccount', path: paths.operatorAccount(accountId) },
    { name: 'invitation', path: `${pathname}${hash}`, isOpen: true },
    { name: 'signInCode', path: paths.signIn(), isOpen: true, act: signInFirst },
    { name: 'setupClosed', path: paths.setup(), isOpen: true },
  ];
}

async function settle(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  // A page with a stream of events is never without a request; what is there by then is shown.
  await page.waitForLoadState('networkidle', { timeout: QUIET_MS }).catch(() => undefined);
  // On a busy machine more is on its way; what stays for so long is how the page looks.
  await page
    .locator('[class*="skeleton"]')
    .first()
    .waitFor({ state: 'detached', timeout: DRAWN_MS })
    .catch(() => undefined);
}

interface Sight {
  browser: Browser;
  url: string;
  state?: Shown['state'];
}

async function shoot({ browser, url, state }: Sight, view: View, looks: readonly Look[]): Promise<void> {
  for (const { size, theme } of looks) {
    const context = await browser.newContext({
      storageState: view.isOpen ? undefined : state,
      viewport: size,
      colorScheme: theme,
      reducedMotion: 'reduce',
    });
    const page = await context.newPage();
    await page.goto(`${url}${view.path}`);
    await settle(page);
    await view.act?.(page);
    const path = join(folder, `${view.name}-${size.width}-${theme}.jpg`);
    await page.screenshot({ path, type: 'jpeg', quality: QUALITY, fullPage: !isForDocuments });
    await context.close();
  }
}

/** The set of the documents. */
const DOCUMENTED: Readonly<Record<string, readonly Look[]>> = {
  playgroundDone: [
    { size: WIDE, theme: 'light' },
    { size: NARROW, theme: 'dark' },
  ],
  models: [{ size: WIDE, theme: 'dark' }],
  tasks: [{ size: WIDE, theme: 'light' }],
  task: [{ size: WIDE, theme: 'dark' }],
  usage: [{ size: WIDE, theme: 'light' }],
  keys: [{ size: WIDE, theme: 'light' }],
  operator: [{ size: WIDE, theme: 'dark' }],
};

function looksOf({ name }: View): readonly Look[] {
  if (isForDocuments) return DOCUMENTED[name] ?? [];
  return chosen.length === 0 || chosen.includes(name) ? LOOKS : [];
}

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: await sparticuz.executablePath(),
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});
try {
  const showcase = await openShowcase(browser);
  const { url, setupLink } = showcase;
  try {
    const { pathname, hash } = new URL(setupLink);
    const setup = { name: 'setup', path: `${pathname}${hash}`, isOpen: true };
    await shoot({ browser, url }, setup, looksOf(setup));
    const shown = await showcase.fill();
    for (const view of listViews(shown))
      await shoot({ browser, url, state: shown.state }, view, looksOf(view));
  } finally {
    await showcase.close();
  }
} finally {
  await browser.close();
}
