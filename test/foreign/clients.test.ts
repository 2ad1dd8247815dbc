// The official clients of the providers against our emulators: the second reading of each API, by those who made it.
// `UPDATE=1 npx vitest run test/foreign` writes what was run into docs/foreign-clients.md.
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../emulators/core/server.ts';
import { type ForeignClient, QUICK } from './client.ts';
import { CLIENTS } from './clients.ts';
import { renderPage } from './table.ts';

const PAGE = new URL('../../docs/foreign-clients.md', import.meta.url);
const passed = new Map<ForeignClient, Set<string>>(CLIENTS.map((foreign) => [foreign, new Set()]));

for (const foreign of CLIENTS) {
  const { row, client, api, settings, fields, steps } = foreign;
  describe(`${row === undefined ? '' : `${row}: `}${client} against ${api.id}`, () => {
    for (const [name, step] of Object.entries(steps)) {
      it(name, async () => {
        const emulator = await startEmulator(api, {
          seed: 1,
          fields,
          settings: { ...QUICK, ...settings },
        });
        onTestFinished(() => emulator.close());
        await step(emulator);
        passed.get(foreign)?.add(name);
      });
    }
  });
}

describe('docs/foreign-clients.md', () => {
  it('says what was run', async () => {
    const page = renderPage(passed);
    if (process.env.UPDATE === '1') await writeFile(PAGE, page);
    else expect(await readFile(PAGE, 'utf8')).toBe(page);
  });
});
