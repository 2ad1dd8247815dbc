// The official clients of the providers against the emulators: a second reading of each API, by those who
// made it. `UPDATE=1 npx vitest run test/foreign` writes what was run into docs/foreign-clients.md.
import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../emulators/core/server.ts';
import { EMULATED_APIS } from '../../emulators/emulators.ts';
import { type ForeignClient, QUICK } from './client.ts';
import { CLIENTS, WITHOUT } from './clients.ts';
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

describe('the clients', () => {
  it('exist for every provider, or the page says that there is none', () => {
    const known = [...CLIENTS.map(({ api }) => api.id), ...Object.keys(WITHOUT)];
    expect(EMULATED_APIS.map(({ id }) => id).filter((id) => !known.includes(id))).toEqual([]);
  });

  it.each(CLIENTS.filter(({ methods }) => methods))(
    '$client has no method that was not looked at',
    (foreign) => {
      const { methods, steps, leftOut = {} } = foreign;
      const named = [...Object.keys(steps), ...Object.keys(leftOut)].join(' ');
      const forgotten = methods?.().filter((method) => !new RegExp(`\\b${method}\\b`).test(named));
      expect(forgotten).toEqual([]);
    },
  );
});

describe('docs/foreign-clients.md', () => {
  it('lists what was run', async () => {
    const page = renderPage(passed);
    if (process.env.UPDATE === '1') await writeFile(PAGE, page);
    else expect(await readFile(PAGE, 'utf8')).toBe(page);
  });
});
