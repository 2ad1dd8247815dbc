// The operator door of a whole API on a real database, and the commands beside it. Only for tests.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Answer, type Call, type Caller, createTestApi, type TestApi } from '../../http/testing.ts';
import { type Json, type JsonObject, parseOwnJson } from '../../lib/json.ts';
import { keepFile } from '../../work/results.ts';

const TOKEN = 'an-operator-token-made-for-this-test';
const SECRET = 'a secret of the server, for this test';
const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');

/** An API with its operator door open, and what calls it. */
export interface OperatorApi extends TestApi {
  /** Calls the door with the token. The path begins after the prefix. */
  operate(
    method: Call['method'],
    path: string,
    body?: Call['body'],
    headers?: Record<string, string>,
  ): Promise<OperatorAnswer>;
  /** What a command prints with --json, run beside the server. */
  runCommand(...words: string[]): Promise<Json>;
}

export interface OperatorAnswer extends Answer {
  /** Of a page; none where the answer is another. */
  items: JsonObject[];
  /** Of a refusal: status, name, and the sentences. */
  refusal: [number, unknown, unknown];
}

export async function createOperatorApi(): Promise<OperatorApi> {
  const api = await createTestApi({ REELAY_OPERATOR_TOKEN: TOKEN, REELAY_SECRET: SECRET });
  const { databaseUrl, config } = api.core;
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: databaseUrl,
    DATA_DIR: config.dataDir,
    REELAY_SECRET: SECRET,
  };
  return {
    ...api,
    async operate(method, path, body, others = {}) {
      const headers = { authorization: `Bearer ${TOKEN}`, ...others };
      const answer = await api.call({ method, path: `/api/v1/operator${path}`, body, headers });
      const { items = [], error } = answer.body as { items?: JsonObject[]; error?: JsonObject | null };
      return { ...answer, items, refusal: [answer.status, error?.name, error?.faults ?? error?.message] };
    },
    async runCommand(...words) {
      const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...words, '--json'], { env });
      return parseOwnJson(stdout);
    },
  };
}

/** The beginning of an MP4. */
const VIDEO = Buffer.concat([
  Buffer.from('\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom', 'latin1'),
  Buffer.alloc(64),
]);

/** A task that has ended with a video, of the caller or of an account of its own. @returns its id. */
export async function makeTaskWithVideo(api: OperatorApi, caller?: Caller): Promise<string> {
  const { files, settler } = api.core;
  const id = String((await api.create(caller ?? (await api.openAccount()))).data.task_id);
  const path = files.newStagingPath();
  await writeFile(path, VIDEO);
  const task = await api.readTask(id);
  const made = { kind: 'video', stem: 'video', path, contentType: 'video/mp4' } as const;
  const output = await keepFile(files, task, made, path);
  await settler.succeed(task, { provider: 'draft', modelVersion: 'draft-1', usage: {}, outputs: [output] });
  return id;
}
