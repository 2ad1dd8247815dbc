// The API in one process, for clients that its doors were made for. There is no worker: what a client makes is ended here,
// with a file.
import { readFile, writeFile } from 'node:fs/promises';
import { type RunningApp, startApp } from '../../server/src/app.ts';
import { readConfig } from '../../server/src/config.ts';
import { type Core, createCore, migrateDatabase } from '../../server/src/core.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { createLog } from '../../server/src/lib/log.ts';
import { MICROS_PER_CREDIT } from '../../server/src/lib/money.ts';
import { makeMedia } from '../../server/src/lib/testing-media.ts';
import type { TaskRow } from '../../server/src/tasks/task.ts';
import { readTasksById } from '../../server/src/tasks/tasks.store.ts';
import { waitFor } from '../stage/wait.ts';

/** An account with a test key. */
export interface DoorCaller {
  accountId: string;
  key: string;
}

/** A video of five seconds that can be decoded, and a picture. */
const CLIP = new URL('../../server/src/catalog/templates/media/900000003.mp4', import.meta.url);
const POSTER = new URL('../../draft/samples/lake.jpg', import.meta.url);
/** Not a multiple of three, so that base64 has an end of each length. */
const IMAGE_BYTES = 70_001;
const TYPES: Record<string, string> = { '.mp4': 'video/mp4', '.jpg': 'image/jpeg', '.png': 'image/png' };
const WITHIN_MS = 60_000;
const CREDITS = 1_000_000n;

export class DoorStage {
  readonly core: Core;
  readonly url: string;
  readonly #app: RunningApp;

  private constructor(core: Core, app: RunningApp) {
    this.core = core;
    this.url = core.publicUrl.value;
    this.#app = app;
  }

  static async open({ databaseUrl, dataDir }: { databaseUrl: string; dataDir: string }): Promise<DoorStage> {
    const config = readConfig({
      DATA_DIR: dataDir,
      PORT: '0',
      LOG_LEVEL: 'silent',
      REELAY_CREATES_PER_10S: '1000000',
      REELAY_READS_PER_10S: '1000000',
    });
    const log = createLog('silent');
    await migrateDatabase(databaseUrl, log);
    const core = await createCore(config, databaseUrl, log);
    const app = await startApp(core, { api: true, work: false }, Promise.resolve(undefined));
    return new DoorStage(core, app);
  }

  async openAccount(): Promise<DoorCaller> {
    const { id: accountId } = await this.core.accounts.create(`account ${newId()}`);
    const amount = CREDITS * MICROS_PER_CREDIT;
    await this.core.credits.grant({ accountId, book: 'test', amount, reason: 'for a test' });
    const { key } = await this.core.accounts.createKey({
      account: accountId,
      mode: 'test',
      name: 'a client',
    });
    return { accountId, key };
  }

  /** Waits for a task with these words. */
  async #find(prompt: string): Promise<TaskRow> {
    const id = await waitFor('the task of the images', WITHIN_MS, async () => {
      const { rows } = await this.core.pool.query<{ id: string }>(
        "select id from tasks where input::jsonb ->> 'prompt' = $1 and completed_at is null",
        [prompt],
      );
      return rows[0]?.id;
    });
    const [task] = await readTasksById(this.core.pool, [id]);
    return task;
  }

  /** Waits for a task with these words, and lets its provider refuse them. */
  async refuse(prompt: string): Promise<void> {
    const facts = { state: 'failed', error: 'content_refused', message: 'refused by a test' } as const;
    await this.core.settler.fail(await this.#find(prompt), facts);
  }

  /** Waits for a task with these words and ends it with images. @returns their bytes. */
  async endImages(prompt: string, count: number): Promise<Uint8Array[]> {
    const task = await this.#find(prompt);
    const sizes = Array.from({ length: count }, (_, at) => IMAGE_BYTES + at);
    const kept = await Promise.all(
      sizes.map((size, at) => this.#keep(task, `image-${at + 1}.png`, makeMedia('image/png', size))),
    );
    const outputs = kept.map(({ output }) => ({ ...output, kind: 'image' }) as const);
    await this.core.settler.succeed(task, { provider: 'draft', modelVersion: 'draft-1', usage: {}, outputs });
    return kept.map(({ bytes }) => bytes);
  }

  /** Ends a task as a worker would. @returns the bytes of its file. */
  async end(taskId: string, kind: 'video' | 'image' = 'video'): Promise<Uint8Array> {
    const [task] = await readTasksById(this.core.pool, [taskId]);
    const isVideo = kind === 'video';
    const bytes = isVideo ? await readFile(CLIP) : makeMedia('image/png', IMAGE_BYTES);
    const video = await this.#keep(task, isVideo ? 'video.mp4' : 'picture.png', bytes);
    const poster = await this.#keep(task, 'poster.jpg', await readFile(POSTER));
    const output = { ...video.output, kind, poster: poster.output.key };
    const facts = { provider: 'draft', modelVersion: 'draft-1', usage: {}, outputs: [output] };
    if (!(await this.core.settler.succeed(task, facts)))
      throw new Error(`The task ${taskId} had ended before`);
    return video.bytes;
  }

  async #keep(task: { id: string; account_id: string }, name: string, bytes: Buffer) {
    const path = this.core.files.newStagingPath();
    await writeFile(path, bytes);
    const contentType = TYPES[name.slice(name.lastIndexOf('.'))];
    const isPoster = name === 'poster.jpg';
    const { key, sizeBytes, sha256 } = await this.core.files.keepResult({
      accountId: task.account_id,
      taskId: task.id,
      name,
      path,
      contentType,
      isPoster,
    });
    return { bytes: new Uint8Array(bytes), output: { key, contentType, sizeBytes, sha256 } };
  }

  async close(): Promise<void> {
    await this.#app.stop();
    await this.core.close();
  }
}
