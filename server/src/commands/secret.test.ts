// A lost or a wrong secret, as an operator meets it: separate processes on one database.
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { createTestDatabase } from '../db/testing.ts';
import { parseOwnJson } from '../lib/json.ts';
import { loadSecret, loadSecretOf } from '../secret.ts';

const MAIN = join(import.meta.dirname, '..', 'main.ts');
const database = await createTestDatabase();
const { pool } = database;
const dataDir = await mkdtemp(join(inject('testServer').folder, 'secret-'));
const otherDir = await mkdtemp(join(inject('testServer').folder, 'secret-'));

interface Ran {
  code: number | null;
  out: string;
  error: string;
}

function run(args: string[], env: Record<string, string> = {}): Promise<Ran> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, DATABASE_URL: database.url, DATA_DIR: dataDir, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.error += chunk;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
}

async function readMark(): Promise<unknown> {
  const { rows } = await pool.query(`select value from settings where name = 'secret_mark'`);
  return rows[0]?.value;
}

it('C2: with a secret that is not that of the database every command refuses in one line, until it is adopted', async () => {
  // A database from before, without a mark, gets it from the first start.
  await pool.query(`with a as (insert into accounts (id, name) values (gen_random_uuid(), 'a') returning id), k as (
      insert into api_keys (id, account_id, mode, name, hint) select gen_random_uuid(), id, 'live', 'a', 'a' from a
      returning id)
    insert into key_secrets (digest, key_id, hint) select sha256('a'), id, 'a' from k`);
  await expect(loadSecretOf(pool, { dataDir: otherDir })).rejects.toThrow('is missing');
  await loadSecret({ dataDir });
  await loadSecretOf(pool, { dataDir });
  const mark = await readMark();
  expect(mark).toMatch(/^[0-9a-f]{64}$/);

  const remedy = '"reelay secret adopt" says what is lost without it';
  const second = { DATA_DIR: otherDir };
  const refusals = await Promise.all([
    run(['serve'], second),
    run(['credentials', 'list'], second),
    run(['keys', 'list'], { REELAY_SECRET: 'another secret of 32 characters..' }),
  ]);
  for (const { code, out, error } of refusals) {
    expect([code, out]).toEqual([1, '']);
    expect(error).toMatch(/^reelay: [^\n]*\n$/);
    expect(error).toContain(remedy);
  }
  expect(refusals[0].error).toContain(`The secret in ${join(otherDir, 'secret')} is missing`);
  expect(refusals[2].error).toContain('REELAY_SECRET is not the one that this database was used with');
  // Nothing that looks like a valid secret is left in place of the right one.
  expect(await readdir(otherDir)).toEqual([]);

  await rm(join(dataDir, 'secret'));
  const [doctor, asked] = await Promise.all([run(['doctor', '--json']), run(['secret', 'adopt'], second)]);
  expect(doctor.code).toBe(1);
  const [finding] = parseOwnJson<{ findings: { check: string; ok: boolean; found: string }[] }>(
    doctor.out,
  ).findings;
  expect(finding).toMatchObject({ check: 'start', ok: false });
  expect(finding.found).toContain(remedy);
  expect(asked.code).toBe(1);
  expect(asked.error).toMatch(/1 API keys never work again/);
  expect(asked.error).toContain('Nothing was changed; add --yes');
  expect(await readMark()).toBe(mark);

  expect(asked.error).toMatch(/0 second factors cannot be read/);

  const adopted = await run(['secret', 'adopt', '--yes', '--json']);
  expect(adopted.code).toBe(0);
  expect(parseOwnJson(adopted.out)).toMatchObject({ adopted: true, keys: 1 });
  expect(await readMark()).not.toBe(mark);
  await loadSecretOf(pool, { dataDir });
  const { rows } = await pool.query('select disabled_at is null as works from api_keys');
  expect(rows).toEqual([{ works: false }]);
});
