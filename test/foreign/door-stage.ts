// The API in one process, for clients that its doors were made for. There is no worker: what a client makes is ended here,
// with a file of a few bytes.
import { writeFile } from 'node:fs/promises';
import { type RunningApp, startApp } from '../../server/src/app.ts';
import { readConfig } from '../../server/src/config.ts';
import { type Core, createCore, migrateDatabase } from '../../server/src/core.ts';
import { newId } from '../../server/src/lib/ids.ts';
import { createLog } from '../../server/src/lib/log.ts';
import { MICROS_PER_CREDIT } from '../../server/src/lib/money.ts';
import { makeMedia } from '../../server/src/lib/testing-media.ts';
import { readTasksById } from '../../server/src/tasks/tasks.store.ts';

/** An account with a test key. */
export interface DoorCaller {
  accountId: string;
  key: string;
}

const VIDEO_BYTES = 4_000;
const POSTER_BYTES = 400;
const CREDITS = 1_000_000n;
const TYPES = {
  'video.mp4': 'video/mp4',
  'picture.png': 'image/png',
  'poster.jpg': 'image/jpeg',
} as const;

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

  /** Ends a task as a worker would. @returns the bytes of its file. */
  async end(taskId: string, kind: 'video' | 'image' = 'video'): Promise<Uint8Array> {
    const [task] = await readTasksById(this.core.pool, [taskId]);
    const name = kind === 'video' ? 'video.mp4' : 'picture.png';
    const video = await this.#keep(task, name, makeMedia(TYPES[name], VIDEO_BYTES));
    const poster = await this.#keep(task, 'poster.jpg', makeMedia('image/jpeg', POSTER_BYTES));
    const output = { ...video.output, kind, poster: poster.output.key };
    const facts = { provider: 'draft', modelVersion: 'draft-1', usage: {}, outputs: [output] };
    if (!(await this.core.settler.succeed(task, facts)))
      throw new Error(`The task ${taskId} had ended before`);
    return video.bytes;
  }

  async #keep(task: { id: string; account_id: string }, name: keyof typeof TYPES, bytes: Buffer) {
    const path = this.core.files.newStagingPath();
    await writeFile(path, bytes);
    const contentType = TYPES[name];
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
