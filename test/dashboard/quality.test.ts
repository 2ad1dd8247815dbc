// What holds for every page: it is accessible, it fits a phone, it keeps still, it obeys its policy, and it is light.
import type { Response } from 'playwright-core';
import { expect, it } from 'vitest';
import { paths } from '../../dashboard/src/paths.ts';
import { findBarriersInBothThemes } from './axe.ts';
import { findShifts } from './shifts.ts';
import { startStage } from './stage.ts';

const SMALLEST_WIDTH = 360;
const FIRST_LOAD_KB_MAX = 185;

const stage = await startStage();

/** Addresses of the application; those that need an id are looked at by the tests of their pages. */
const ADDRESSES = [
  ...new Set(
    Object.entries(paths)
      .filter(([name]) => !['home', 'docs', 'guides', 'task', 'model', 'operatorAccount'].includes(name))
      .map(([, build]) => (build as () => string)()),
  ),
];
const OPEN_ADDRESSES = [paths.setup(), paths.signIn(), paths.signUp(), paths.invitation()];

it('every page is clean in axe in both themes, is not wider than a small phone, and moves nothing while it loads', async () => {
  const inside = await stage.open('/playground');
  const outside = await stage.open('/sign-in', { person: null });
  const found: string[] = [];
  for (const path of ADDRESSES) {
    const { page, settle } = OPEN_ADDRESSES.includes(path) ? outside : inside;
    await page.goto(`${stage.url}${path}`);
    await settle();
    const shifts = await findShifts(page);
    const barriers = await findBarriersInBothThemes(page);
    await page.setViewportSize({ width: SMALLEST_WIDTH, height: 800 });
    const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
    await page.setViewportSize({ width: 1280, height: 800 });
    const wide = width > SMALLEST_WIDTH ? [`is ${width} px wide`] : [];
    found.push(...[...barriers, ...wide, ...shifts].map((fault) => `${path}: ${fault}`));
  }
  expect(found).toEqual([]);
  await inside.close();
  await outside.close();
});

it('menus and lists that are open have no barrier in either theme', async () => {
  const { page, settle, close } = await stage.open('/tasks');
  const open = async (name: string) => {
    await page.getByRole('button', { name }).click();
    await page.getByRole('menu').waitFor();
    expect(await findBarriersInBothThemes(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'hidden' });
  };
  await settle();
  await open('Test mode');
  await open('Account: default');
  await open('Theme');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  expect(await findBarriersInBothThemes(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Search and commands' }).waitFor();
  expect(await findBarriersInBothThemes(page)).toEqual([]);
  await close();
});

it('a barrier is found where there is one, in the theme that has it, and so is what moves', async () => {
  const { page, settle, close } = await stage.open('/sign-in', { person: null });
  await settle();
  await page.evaluate(`{
    document.documentElement.removeAttribute('lang');
    const quiet = document.createElement('p');
    quiet.textContent = 'Grey on grey';
    quiet.style.color = '#55575b';
    document.querySelector('main').append(quiet);
  }`);
  const found = (await findBarriersInBothThemes(page)).map((fault) => fault.split(' at ')[0]);
  expect(found).toEqual(['html-has-lang', 'dark: color-contrast']);
  expect(await findShifts(page)).toEqual([]);
  await page.evaluate(`{
    const late = document.createElement('p');
    late.textContent = 'Came late';
    document.querySelector('h1').before(late);
  }`);
  await expect.poll(() => findShifts(page)).not.toEqual([]);
  await close();
});

it(`the first load of the playground has at most ${FIRST_LOAD_KB_MAX} kB of script`, async () => {
  const { page, settle, close } = await stage.open('/health');
  const scripts: Response[] = [];
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response);
  });
  await page.goto(`${stage.url}${paths.playground()}`);
  await settle();
  const sizes = await Promise.all(
    scripts.map(async (script) => {
      expect(await script.headerValue('content-encoding')).toBe('br');
      return Number(await script.headerValue('content-length'));
    }),
  );
  expect(sizes.length).toBeGreaterThan(2);
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  expect(kilobytes).toBeLessThanOrEqual(FIRST_LOAD_KB_MAX);
  await close();
});

it('no page of another origin can frame the dashboard', async () => {
  const context = await stage.browser.newContext();
  await context.addCookies(stage.owner.cookies);
  const page = await context.newPage();
  const refusals: string[] = [];
  page.on('console', (message) => refusals.push(message.text()));
  await page.setContent(`<iframe src="${stage.url}/tasks"></iframe>`);
  await expect.poll(() => refusals.join(' ')).toMatch(/frame-ancestors|X-Frame-Options/);
  await context.close();
});

it('a page from before an upgrade recovers by one reload', async () => {
  const { page, settle, close } = await stage.open(paths.tasks());
  await settle();
  let missing = 0;
  await page.route(/\/assets\/usage-[^/]+\.js$/, (route) => {
    missing++;
    return missing === 1 ? route.fulfill({ status: 404, body: '' }) : route.continue();
  });
  await page.getByRole('link', { name: 'Usage', exact: true }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
  expect(missing).toBeGreaterThan(0);
  await close();
});
