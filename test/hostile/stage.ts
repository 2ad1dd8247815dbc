// A whole server with accounts at emulated providers. Everything it says is kept: log lines at debug,
// answers, events, metrics, callbacks. At the end none of it contains a secret, the ledger holds, and nothing
// is left on disk.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { CATALOGUE_FILE } from '../../emulators/bytedance-effects/templates.ts';
import type { RunningEmulator } from '../../emulators/core/emulator.ts';
import { isAddressField } from '../../server/src/credentials/fields.ts';
import type { JsonObject } from '../../server/src/lib/json.ts';
import { createLog } from '../../server/src/lib/log.ts';
import { providers } from '../../server/src/providers/registry.ts';
import type { Task } from '../stage/api.ts';
import { JOBS, startUpstreams, type Upstreams } from '../stage/upstreams.ts';
import { listTargets, spellingsOf, type Target } from './targets.ts';

const OPERATOR_TOKEN = 'the-operator-token-of-the-hostile-tests';

export interface Line extends JsonObject {
  msg: string;
}

export interface Stage {
  upstreams: Upstreams;
  targets: readonly Target[];
  emulator(id: string): RunningEmulator;
  /**
   * Points all addresses of the account elsewhere; undefined: back to its emulator, and out of any cooling.
   */
  point(id: string, origin: string | undefined): Promise<void>;
  /** Runs a task to its end. */
  run(target: Target): Promise<Task>;
  /** Log lines of an event, of one task if it is named. */
  lines(msg: string, taskId?: string): Line[];
  call(path: string, method?: string): Promise<{ status: number; text: string; data: JsonObject }>;
}

/** A JSON Web Token begins with a head and claims; an address that providers post to ends with a code. */
const TOKENS = /eyJ[\w-]+\.eyJ[\w-]+\.|[0-9a-f]{32}-\d+-[0-9a-f]{32}/;

/** @param chosen ids of the targets; all if left out. */
export async function startStage(
  chosen?: readonly string[],
  environment: Record<string, string> = {},
): Promise<Stage> {
  const targets = listTargets().filter(({ id, isChosenOnly }) => chosen?.includes(id) ?? !isChosenOnly);
  const printed: string[] = [];
  const log = createLog('debug', {}, { write: (line: string) => void printed.push(line) });
  const ended = { folder: '' };
  // What is registered first is done last, when the server has stopped and printed its last lines.
  afterAll(async () => {
    expectClean(printed, targets);
    expect(await readdir(ended.folder)).toEqual([]);
  });
  const upstreams = await startUpstreams({
    emulators: Object.fromEntries(targets.map(({ id, secrets }) => [id, { fields: secrets }])),
    environment: {
      REELAY_UNKNOWN_MINUTES_MAX: '0.05',
      REELAY_OPERATOR_TOKEN: OPERATOR_TOKEN,
      ...environment,
    },
    log,
  });
  ended.folder = join(upstreams.core.config.dataDir, 'staging');
  const stage = joinStage(upstreams, targets, printed);
  const catalogue = JSON.parse(await readFile(CATALOGUE_FILE, 'utf8'));
  await upstreams.core.catalog.importTemplates('bytedance', catalogue);
  afterAll(() => expectQuiet(stage, printed));
  return stage;
}

function joinStage(upstreams: Upstreams, targets: readonly Target[], printed: string[]): Stage {
  const { core } = upstreams;
  const emulator = (id: string) => {
    const found = upstreams.emulators.get(id);
    if (!found) throw new Error(`no emulator ${id}`);
    return found;
  };
  const call: Stage['call'] = async (path, method = 'GET') => {
    const headers = { 'x-api-key': upstreams.key, authorization: `Bearer ${OPERATOR_TOKEN}` };
    const response = await fetch(`${upstreams.url}${path}`, { method, headers });
    const text = await response.text();
    printed.push(text);
    return { status: response.status, text, data: text.startsWith('{') ? JSON.parse(text).data : {} };
  };
  return {
    upstreams,
    targets,
    emulator,
    call,
    async point(id, origin) {
      const { url, fields } = emulator(id);
      const addresses = providers.get(id)?.facts.credential.filter(isAddressField) ?? [];
      const known = addresses.filter(({ name }) => fields[name] !== undefined);
      const led = known.map(({ name }) => [name, fields[name].replace(url, origin ?? url)] as const);
      const { secrets } = targets.find((target) => target.id === id) ?? {};
      const account = await core.credentials.change(`${id}/emulator`, {
        fields: { ...secrets, ...Object.fromEntries(led) },
      });
      if (origin !== undefined) return;
      await core.pool.query('update credentials set cooling_until = null, troubles = 0 where id = $1', [
        account.id,
      ]);
      const { text } = await call(`/api/v1/operator/credentials/${account.id}/test`, 'POST');
      const { works, detail } = JSON.parse(text);
      expect([id, works, detail]).toEqual([id, true, detail]);
    },
    async run({ model, input }) {
      const id = await upstreams.begin(model, input);
      const task = await upstreams.end(id);
      printed.push(JSON.stringify(task), JSON.stringify(await core.tasks.events(id, 0n), stringify));
      printed.push((await call(`${JOBS}/TaskInfo?task_id=${id}`)).text);
      return task;
    },
    lines(msg, taskId) {
      const all = printed
        .filter((text) => text.includes(`"msg":"${msg}"`))
        .map((text) => JSON.parse(text) as Line);
      return all.filter((line) => line.msg === msg && (taskId === undefined || line.taskId === taskId));
    },
  };
}

function stringify(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

/** What is visible afterwards, and what is left of the trouble. */
async function expectQuiet({ upstreams, call }: Stage, printed: string[]): Promise<void> {
  const { core } = upstreams;
  await call('/metrics');
  await call('/api/v1/operator/credentials');
  for (const { task } of upstreams.callbacks) printed.push(JSON.stringify(task));
  const { rows: kept } = await core.pool.query(
    'select detail, reason from attempts union all select detail::text, name from task_events',
  );
  printed.push(JSON.stringify(kept));
  expect((await upstreams.balance()).held).toBe(0n);
}

/** No secret in any of the texts, in any spelling. */
export function expectClean(texts: readonly string[], targets: readonly Target[]): void {
  const secrets = targets.flatMap(({ secrets: own }) => Object.values(own).flatMap(spellingsOf));
  for (const text of texts) {
    const found = secrets.find((secret) => text.includes(secret)) ?? TOKENS.exec(text)?.[0];
    expect(found, text.slice(0, 2000)).toBeUndefined();
  }
}
