// The playground in a real browser against a real server with its worker: every seed model is run, and what the video
// element plays is what was asked for.
import { Buffer } from 'node:buffer';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { TEMPLATE_MEDIA_FOLDER } from '../../server/src/catalog/templates.ts';
import { findBarriersInBothThemes } from './axe.ts';
import { clockOf, findShifts } from './shifts.ts';
import { startStage } from './stage.ts';
import { readVideo } from './video.ts';

const RENDER_MS = 600_000;

const stage = await startStage();

function prompt(page: Page) {
  return page.getByRole('textbox', { name: 'Prompt', exact: true });
}

function run(page: Page) {
  return page.getByRole('button', { name: 'Run', exact: true });
}

/** Whether the keyboard is in the field of this label. */
async function isAt(page: Page, label: string): Promise<boolean> {
  const text = await page.evaluate(`document.activeElement?.labels?.[0]?.textContent ?? ''`);
  return String(text).startsWith(label);
}

// The third seed model, the one of templates, is run with a picture of the person in callbacks-templates.test.ts.
it('a seed model runs, with the size and length that its form says, and nothing moves when its video comes', async () => {
  const vidu = await stage.open('/playground?model=vidu/q1-r2v');
  await prompt(vidu.page).fill('A dancer in the rain');
  await vidu.page.getByRole('button', { name: 'Use a sample' }).click();
  await expect.poll(() => vidu.page.getByText('80 credits').count()).toBeGreaterThan(0);
  await run(vidu.page).click();

  const seedance = await stage.open('/playground?model=bytedance/seedance1-0-pro-t2v');
  await prompt(seedance.page).fill('A lighthouse at sunset, waves');
  await seedance.page.getByText('480p', { exact: true }).click();
  await seedance.page.getByRole('slider', { name: 'Length' }).fill('2');
  await seedance.page.getByRole('radio', { name: '9:16' }).check({ force: true });
  await seedance.page.getByText('9.72 credits').waitFor();
  await run(seedance.page).click();
  await seedance.page.getByText('9.72 credits held').waitFor();
  const begunMs = await clockOf(seedance.page);
  expect(await readVideo(seedance.page)).toEqual({ width: 480, height: 864, seconds: 2 });
  await seedance.page.getByText(/^9\.72 credits, \d+ s$/).waitFor();
  expect(await findShifts(seedance.page, begunMs)).toEqual([]);
  await seedance.close();

  expect(await readVideo(vidu.page)).toEqual({ width: 1920, height: 1080, seconds: 5 });
  await vidu.page
    .getByRole('list', { name: 'Pictures of the input' })
    .getByRole('button', { name: 'Load Input 1' })
    .waitFor();
  await vidu.close();
});

it('two models are compared on one input, and a field of one alone says whose it is', async () => {
  const { page, close } = await stage.open(
    '/playground?model=reelay/draft-t2v&compare=selfhosted/wan2-1-1b-t2v',
  );
  await prompt(page).fill('Mountains at dawn');
  await page.getByText('480p', { exact: true }).click();
  await page.getByRole('slider', { name: 'Length' }).fill('1');
  await page.getByRole('button', { name: /^More: .*negative prompt/ }).click();
  await page.getByText('Only Wan 2.1 1.3B').first().waitFor();
  await page.getByText('Only Reelay Draft').first().waitFor();
  await page.getByText('1 credits', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Run both' }).click();
  const films = [await readVideo(page), await readVideo(page, 1)];
  expect(films).toMatchObject([
    { height: 480, seconds: 1 },
    { height: 480, seconds: 1 },
  ]);
  await page.getByText(/^0 credits, \d+ s$/).waitFor();
  await page.getByText(/^1 credits, \d+ s$/).waitFor();
  await close();
});

it('a video of several shots is listed shot by shot, at the price of their sum', async () => {
  const { page, close } = await stage.open('/playground?model=kling/v3-t2v');
  await page.getByRole('button', { name: /^More: .*shots/ }).click();
  await page.getByRole('switch', { name: 'Several shots' }).check({ force: true });
  await page.getByText('By a list of shots').click();
  for (const [at, words] of ['A street in the rain', 'A door opens'].entries()) {
    await page.getByRole('button', { name: 'Add a shot' }).click();
    await page.getByRole('textbox', { name: `Shot ${at + 1}` }).fill(words);
  }
  await page.getByRole('textbox', { name: 'Seconds' }).nth(1).fill('5');
  await page.getByText('8 s in all').waitFor();
  expect(await page.getByRole('slider', { name: 'Length' }).count()).toBe(0);
  const request = page.getByRole('region', { name: 'The request in curl' });
  await expect.poll(() => request.innerText()).toContain('"multi_prompt"');
  // Beside the shots there is no length of the whole, which would contradict them.
  expect(await request.innerText()).not.toMatch(/\n {4}"duration"/);
  await page.getByText('126 credits').first().waitFor();
  expect(await findBarriersInBothThemes(page)).toEqual([]);
  await close();
});

it('a fault is shown once Run was pressed, and never while a person types', async () => {
  const { page, close } = await stage.open('/playground?model=bytedance/seedance1-0-pro-t2v');
  await page.getByText('51.48 credits').waitFor();
  expect(await page.getByText('Say what the video shows').count()).toBe(0);
  await run(page).click();
  await page.getByText('Say what the video shows').waitFor();
  await expect.poll(() => isAt(page, 'Prompt')).toBe(true);
  await prompt(page).fill('A lake');
  await page.getByText('Say what the video shows').waitFor({ state: 'hidden' });
  await close();
});

it('what was entered outlives a reload, and a task opens with its input', async () => {
  const { page, close } = await stage.open('/playground?model=bytedance/seedance1-0-pro-t2v');
  await prompt(page).fill('reelay:fail in “Zürich”');
  await page.getByRole('slider', { name: 'Length' }).fill('7');
  await expect.poll(() => page.url()).toContain('#input=');
  await page.reload();
  await expect.poll(() => prompt(page).inputValue()).toBe('reelay:fail in “Zürich”');
  for (const language of ['Python', 'TypeScript', 'curl']) {
    await page.getByText(language, { exact: true }).click();
    const request = page.getByRole('region', { name: `The request in ${language}` });
    const text = await request.innerText();
    for (const part of ['/api/v1/client/job/CreateTask', 'reelay:fail in “Zürich”'])
      expect(text).toContain(part);
  }
  await run(page).click();
  const alert = page.getByRole('alert').filter({ hasText: 'The provider failed' });
  await alert.getByText('Nothing was charged.').waitFor({ timeout: RENDER_MS });
  const task = new URL(page.url()).searchParams.get('task');
  await page.goto(`${stage.url}/playground?task=${task}`);
  await expect.poll(() => prompt(page).inputValue()).toBe('reelay:fail in “Zürich”');
  await expect.poll(() => page.getByRole('slider', { name: 'Length' }).inputValue()).toBe('7');
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.getByText('Failed, nothing charged').waitFor();
  await close();
});

it('markup in a prompt is text everywhere', async () => {
  const { page, close } = await stage.open('/playground?model=reelay/draft-t2v');
  const payload = `reelay:fail "><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
  await prompt(page).fill(payload);
  await run(page).click();
  await page.getByRole('alert').filter({ hasText: 'The provider failed' }).waitFor({ timeout: RENDER_MS });
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('link', { name: payload }).waitFor();
  await page.goto(`${stage.url}/models/reelay/draft-t2v`);
  await page.getByRole('heading', { level: 1, name: 'Reelay Draft' }).waitFor();
  expect(await page.title()).toBe('Reelay Draft · Reelay');
  await close();
});

it('a picture is uploaded, shown, refused in words, and removed', async () => {
  const { page, close } = await stage.open('/playground?model=bytedance/seedance1-0-pro-i2v');
  const choose = page.getByLabel('Choose pictures: First frame');
  await choose.setInputFiles(fileURLToPath(new URL('900000001.jpg', TEMPLATE_MEDIA_FOLDER)));
  const remove = page.getByRole('button', { name: 'Remove First frame' });
  await remove.waitFor();
  expect(await page.getByRole('img', { name: 'First frame' }).count()).toBe(1);
  await remove.click();
  await remove.waitFor({ state: 'hidden' });
  await page.getByLabel('Choose pictures: First frame').setInputFiles({
    name: 'words.png',
    mimeType: 'image/png',
    buffer: Buffer.from('these are words and no picture'),
  });
  await page.getByRole('button', { name: 'Remove words.png' }).waitFor();
  await page.getByRole('alert').first().waitFor();
  await close();
});

it('a run is made by keyboard alone, followed by the one stream of the browser, and cancelled', async () => {
  const { page, close } = await stage.open('/playground?model=reelay/draft-t2v');
  const streams: string[] = [];
  page.context().on('request', (request) => {
    if (request.resourceType() === 'eventsource') streams.push(new URL(request.url()).pathname);
  });
  await page.reload();
  const second = await page.context().newPage();
  await second.goto(`${stage.url}/tasks`);
  await prompt(page).waitFor();
  for (let presses = 0; presses < 60 && !(await isAt(page, 'Prompt')); presses++)
    await page.keyboard.press('Tab');
  await page.keyboard.type('reelay:stuck');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).searchParams.get('task')).toBeNull();
  await page.keyboard.press('Control+Enter');
  const cancel = page.getByRole('button', { name: 'Cancel' });
  await cancel.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'Cancelled' }).waitFor({ timeout: RENDER_MS });
  await second.getByRole('button', { name: '1 new' }).click();
  await second
    .getByRole('row')
    .filter({ has: second.getByRole('link', { name: 'reelay:stuck' }) })
    .getByText('Cancelled')
    .last()
    .waitFor();
  expect(streams).toEqual(['/api/v1/client/job/Events']);
  await close();
});

it('the list of models and a sheet have no barrier in either theme', async () => {
  const { page, close } = await stage.open('/playground?model=bytedance/template');
  await page.getByRole('button', { name: 'Choose', exact: true }).click();
  await page
    .getByRole('dialog', { name: 'Choose a template' })
    .getByRole('button', { name: 'Dolly Pull' })
    .waitFor();
  expect(await findBarriersInBothThemes(page)).toEqual([]);
  await page.getByRole('button', { name: 'Dolly Pull' }).click();
  await page.getByRole('img', { name: 'Dolly Pull' }).or(page.getByText('Dolly Pull')).first().waitFor();
  await page.goto(`${stage.url}/models/vidu/q1-r2v`);
  await page.getByRole('heading', { level: 1, name: 'Vidu Q1' }).waitFor();
  expect(await findBarriersInBothThemes(page)).toEqual([]);
  await page.goto(`${stage.url}/playground?model=kling/v3-t2v`);
  await page.getByRole('combobox', { name: 'Model' }).click();
  await page.getByRole('option').first().waitFor();
  expect(await findBarriersInBothThemes(page)).toEqual([]);
  await page.keyboard.type('veo fast text');
  await page.getByRole('option', { name: /Veo 3.1 Fast · text to video/ }).click();
  await expect.poll(() => new URL(page.url()).searchParams.get('model')).toBe('google/veo3-1-fast-t2v');
  await close();
});

it('the page of a model that does not exist leads to the one that was meant', async () => {
  const { page, close } = await stage.open('/models/kling/v3t2v');
  await page.getByRole('link', { name: 'kling/v3-t2v' }).click();
  await page.getByText('kling/v3', { exact: true }).waitFor();
  await close();
});

it('models are filtered in the address', async () => {
  const { page, close } = await stage.open('/models?vendor=vidu&kind=reference-to-video');
  await page.getByText(/^[2-9] of \d+$/).waitFor();
  await page.getByRole('searchbox', { name: 'Search models' }).fill('q3');
  await page.getByText(/^1 of \d+$/).waitFor();
  expect(new URL(page.url()).searchParams.get('q')).toBe('q3');
  await page.getByRole('link', { name: 'Try it: Vidu Q3, reference to video' }).click();
  await prompt(page).waitFor();
  await close();
});

// The last one: it leaves the account without credits.
it('several pictures appear side by side on the stage, each with a download of its own', async () => {
  const { page, close } = await stage.open('/playground?model=bytedance/seedream-4');
  await page.getByText('The picture appears here').waitFor();
  await prompt(page).fill('A lighthouse at sunset, waves');
  await page.getByRole('slider', { name: 'Number of pictures' }).fill('2');
  await page.getByText('12 credits').first().waitFor();
  await run(page).click();
  const shown = page.getByRole('region', { name: 'Stage' }).getByRole('img');
  await shown.nth(1).waitFor({ timeout: RENDER_MS });
  expect(await shown.count()).toBe(2);
  const sizes = (await page.evaluate(
    `[...document.querySelectorAll('section[aria-label="Stage"] img')].map((image) => [image.naturalWidth, image.naturalHeight])`,
  )) as [number, number][];
  for (const [width, height] of sizes) expect(width / height).toBeCloseTo(16 / 9, 1);
  for (const name of ['Picture 1', 'Picture 2']) await page.getByRole('link', { name }).waitFor();
  await page.getByRole('link', { name: 'Open the task' }).click();
  await page.getByRole('link', { name: 'Picture 2' }).waitFor();
  await close();
});

it('without credits a run says what is free, what is held and what to do', async () => {
  const { credits } = stage.core;
  const { posted, held } = await credits.balance(stage.accountId, 'test');
  await credits.adjust({
    accountId: stage.accountId,
    book: 'test',
    amount: 5_000_000n - (posted - held),
    reason: 'to run out of them',
  });
  const { page, close } = await stage.open('/playground?model=bytedance/seedance1-0-pro-t2v');
  await page.getByText('only 5 free').waitFor();
  await prompt(page).fill('A lake');
  await run(page).click();
  const alert = page.getByRole('alert').filter({ hasText: 'Not enough credits' });
  await alert
    .getByText('This costs 51.48; 5 are free and 0 are held by open tasks. Nothing was charged.')
    .waitFor();
  await alert.getByRole('link', { name: 'Grant credits' }).waitFor();
  await close();
});

it('speech runs, and is heard where it was made and on the page of its task', async () => {
  const words = 'Good evening, and welcome to the show.';
  const { page, close } = await stage.open('/playground?model=qwen3-tts/speech-synthesis');
  await page.getByRole('textbox', { name: 'Text', exact: true }).fill(words);
  await page.getByText('0.76 credits').first().waitFor();
  await run(page).click();
  const sound = page.getByLabel(words);
  await sound.waitFor({ timeout: RENDER_MS });
  await expect.poll(() => page.evaluate(`document.querySelector('audio').duration`)).toBeGreaterThan(2);
  // The picture of its shape comes a moment after its end.
  await page.locator('[aria-label=Stage] img').waitFor();
  await page.getByRole('link', { name: 'Open the task' }).click();
  await page.getByRole('link', { name: 'Download the sound' }).waitFor();
  await sound.waitFor();
  await close();
});
