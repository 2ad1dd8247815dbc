// What the tests of this door share: a caller, and calls as its clients make them. Only for tests.
import { writeFile } from 'node:fs/promises';
import { type Answer, type Call, createTestApi, type TestApi } from '../../http/testing.ts';
import type { JsonObject } from '../../lib/json.ts';
import { makeMedia } from '../../lib/testing-media.ts';

export const CREATE = '/v1/videos';
export const GOOD = { model: 'reelay/draft-t2v', prompt: 'a boat', seconds: '4', size: '1280x720' };

/** A form as clients write it. */
export function toForm(
  fields: readonly (readonly [name: string, value: string | Uint8Array, fileName?: string])[],
  boundary = 'a-boundary',
): { body: Uint8Array; headers: Record<string, string> } {
  const parts = fields.flatMap(([name, value, fileName]) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"`;
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n`;
    return [Buffer.from(head), Buffer.from(value), Buffer.from('\r\n')];
  });
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { body, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}

export function taskOf(videoId: unknown): string {
  const hex = String(videoId).slice('video_'.length);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Ends a task with bytes that begin as a video does, and that nothing can decode. */
export async function completeVideo({ core, readTask }: TestApi, taskId: string): Promise<void> {
  const task = await readTask(taskId);
  const path = core.files.newStagingPath();
  await writeFile(path, makeMedia('video/mp4', 500));
  const about = { accountId: task.account_id, taskId, name: 'video.mp4', path, contentType: 'video/mp4' };
  const { key, sizeBytes, sha256 } = await core.files.keepResult(about);
  const output = { key, kind: 'video', contentType: 'video/mp4', sizeBytes, sha256 } as const;
  const facts = { provider: 'draft', modelVersion: 'draft-1', usage: {}, outputs: [output] };
  await core.settler.succeed(task, facts);
}

export interface OpenaiStage {
  api: TestApi;
  key: string;
  accountId: string;
  call(path: string, call?: Omit<Call, 'path'>): Promise<Answer>;
  create(body?: Call['body'], headers?: Call['headers']): Promise<Answer>;
  /** How many tasks the account has. */
  countTasks(): Promise<number>;
  /** `error` of a refusal. */
  errorOf(answer: Answer): JsonObject;
}

/** Starts an API with a caller. */
export async function stageOpenai(environment: Record<string, string> = {}): Promise<OpenaiStage> {
  const api = await createTestApi(environment);
  const { key, accountId } = await api.openAccount({ credits: '100000' });
  const call: OpenaiStage['call'] = (path, rest = {}) =>
    api.call({ ...rest, path, headers: { authorization: `Bearer ${key}`, ...rest.headers } });
  return {
    api,
    key,
    accountId,
    call,
    create: (body = GOOD, headers = {}) => call(CREATE, { method: 'POST', body, headers }),
    async countTasks() {
      const { rows } = await api.core.pool.query<{ count: number }>(
        'select count(*)::integer as count from tasks where account_id = $1',
        [accountId],
      );
      return rows[0].count;
    },
    errorOf: ({ body }) => body.error as JsonObject,
  };
}
