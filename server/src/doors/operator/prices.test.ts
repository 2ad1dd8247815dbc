// The sheet of prices over HTTP: out, previewed and in, as the commands do it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createOperatorApi } from './testing.ts';

const HEAD = 'model,unit,for,credits,from';
const MODEL = 'runway/gen4-turbo-i2v';
const api = await createOperatorApi();

async function readSheet(): Promise<string> {
  return String((await api.operate('GET', '/prices')).body.sheet);
}

it('is what the command writes, and changes nothing when it comes back as it is', async () => {
  const sheet = await readSheet();
  const file = join(api.core.config.dataDir, 'prices.csv');
  await api.runCommand('prices', 'export', file);
  expect(await readFile(file, 'utf8')).toBe(sheet);
  expect((await api.operate('POST', '/prices', { sheet })).body).toEqual({ changes: [] });
});

it('is previewed without a change, then sets what differs, with a line in the audit log', async () => {
  const sheet = (await readSheet()).replace(`${MODEL},second,720p,10,`, `${MODEL},second,720p,12,2031-01-01`);
  const changes = [{ model: MODEL, from: Date.UTC(2031, 0) / 1000, differences: ['720p 10 -> 12'] }];
  const acts = async () => (await api.operate('GET', '/acts?action=price.set')).items;
  expect((await api.operate('POST', '/prices/preview', { sheet })).body).toEqual({ changes });
  expect((await api.operate('GET', `/models/${MODEL}`)).body.next_prices).toEqual([]);
  expect(await acts()).toEqual([]);
  expect((await api.operate('POST', '/prices', { sheet })).body).toEqual({ changes });
  const after = (await api.operate('GET', `/models/${MODEL}`)).body;
  expect(after.next_prices).toMatchObject([
    { starts_at: changes[0].from, price: { credits: { '720p': 12 } } },
  ]);
  expect(await acts()).toMatchObject([{ subject: MODEL }]);
});

it('with anything wrong in it names every line at fault, and sets nothing', async () => {
  const sheet = [
    HEAD,
    'none,task,all,1,',
    `${MODEL},second,720p,free,`,
    `${MODEL},second,720p,77,2100-01-01`,
  ].join('\n');
  const refusal = [
    422,
    'validation_failed',
    [
      expect.stringMatching(/^line 2: there is no model "none"/),
      expect.stringMatching(/^line 3: "free" is no/),
      expect.stringMatching(/^line 4: .* is more than ten years ahead/),
    ],
  ];
  for (const path of ['/prices', '/prices/preview'])
    expect((await api.operate('POST', path, { sheet })).refusal).toEqual(refusal);
  expect((await api.operate('POST', '/prices', { sheet: '' })).status).toBe(422);
  const file = join(api.core.config.dataDir, 'bad.csv');
  await writeFile(file, sheet);
  await expect(api.runCommand('prices', 'import', file)).rejects.toThrow(/line 2: /);
  expect(await readSheet()).toContain(`${MODEL},second,720p,10,`);
});
