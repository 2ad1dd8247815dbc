// Clients of other APIs against the doors that were made for them. `UPDATE=1 npx vitest run test/foreign/doors.test.ts` writes
// what was run into docs/clients.md.
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase } from '../../server/src/db/testing.ts';
import { aiSdkAtDoor } from './door-ai-sdk.ts';
import { type DoorClient, renderDoorPage } from './door-clients.ts';
import { testDoorGuides } from './door-guides.ts';
import { mcpAtDoor } from './door-mcp.ts';
import { openaiAtDoor } from './door-openai.ts';
import { openaiImagesAtDoor } from './door-openai-images.ts';
import { DoorStage } from './door-stage.ts';
import { testMcpPackage } from './mcp-package.ts';

const CLIENTS: readonly DoorClient[] = [openaiAtDoor, openaiImagesAtDoor, aiSdkAtDoor, mcpAtDoor];
const PAGE = new URL('../../docs/clients.md', import.meta.url);

const database = await createTestDatabase();
const dataDir = await mkdtemp(join(inject('testServer').folder, 'doors-'));
const stage = await DoorStage.open({ databaseUrl: database.url, dataDir });
const caller = await stage.openAccount();
const passed = new Map<DoorClient, Set<string>>(CLIENTS.map((one) => [one, new Set()]));
afterAll(async () => {
  const violations = await stage.core.credits.audit();
  await stage.close();
  expect(violations).toEqual([]);
});

for (const one of CLIENTS) {
  describe(`${one.client} at the door ${one.door}`, () => {
    for (const [name, step] of Object.entries(one.steps)) {
      it(name, async () => {
        await step({ ...caller, stage });
        passed.get(one)?.add(name);
      });
    }

    it('has no method that was not looked at', () => {
      const named = [...Object.keys(one.steps), ...Object.keys(one.leftOut)].join(' ');
      const forgotten = one.methods().filter((method) => !new RegExp(`\\b${method}\\b`).test(named));
      expect(forgotten).toEqual([]);
    });
  });
}

testDoorGuides({ ...caller, stage });
testMcpPackage({ ...caller, stage });

it('docs/clients.md lists what was run', async () => {
  const page = renderDoorPage(CLIENTS, passed);
  if (process.env.UPDATE === '1') await writeFile(PAGE, page);
  else expect(await readFile(PAGE, 'utf8')).toBe(page);
});
