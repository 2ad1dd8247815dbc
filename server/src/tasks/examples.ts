// Examples of a model: results that an operator shows to every account of the instance, with their prompts. What an example
// shows is kept with it, and its files stay in storage, until the operator takes it back.
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { repeatLost, repeatRead } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { OperatorError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { isUuid, newId } from '../lib/ids.ts';
import { type JsonObject, parseOwnJson } from '../lib/json.ts';
import { type Clock, DAY_MS } from '../lib/time.ts';
import * as store from './examples.store.ts';
import type { StoredOutput, TaskRow } from './task.ts';
import { readTasksById } from './tasks.store.ts';

/** Of a model: a page shows some, and nobody looks at more. */
export const EXAMPLES_MAX = 12;
const PROMPT_CHARACTERS_MAX = 500;
const KEPT_DAYS = 36_500;
const HOUR_SECONDS = 3_600;

/** An example as it is shown: its links work for a day or more, and are the same all day long, so that browsers keep files. */
export interface Example extends Omit<store.ExampleRow, 'output'> {
  kind: StoredOutput['kind'];
  contentType: string;
  url: string;
  posterUrl: string | null;
}

export interface ExampleOptions {
  pool: Pool;
  files: Pick<Files, 'linkTo'>;
  clock: Clock;
}

export class Examples {
  readonly #options: ExampleOptions;

  constructor(options: ExampleOptions) {
    this.#options = options;
  }

  /** Newest first. */
  async list(question: store.ExampleQuestion): Promise<Example[]> {
    const rows = await repeatRead(() => store.readExamples(this.#options.pool, question));
    return rows.map((row) => this.#show(row));
  }

  /** Shows the result of a task from now on. @throws OperatorError for a task without one, and above the limit of its model. */
  async choose(taskId: string): Promise<Example> {
    const { pool } = this.#options;
    const task = await this.#find(taskId);
    const id = newId();
    const row = await repeatLost(() => withTransaction(pool, (client) => this.#write(client, task, id)));
    return this.#show(row);
  }

  /** Takes an example back; its files go when they would have gone. @throws OperatorError when it is none. */
  async drop(taskId: string): Promise<Example> {
    const { pool, clock } = this.#options;
    const row = isUuid(taskId) ? await store.findExample(pool, taskId) : undefined;
    if (!row) {
      const message = `The task "${taskId.slice(0, 100)}" is no example; "reelay examples list" shows them`;
      throw new OperatorError(message, { errorName: 'not_found' });
    }
    await repeatLost(() =>
      withTransaction(pool, async (client) => {
        await store.lockExamples(client);
        const before = await store.deleteExample(client, taskId);
        if (!before) return;
        const until = new Date(Math.max(clock(), before.getTime()));
        await store.keepFilesUntil(client, keysOf(parseOwnJson(row.output)), { until, marginSeconds: 0 });
        const { task_id: subject, model } = row;
        await recordAct(client, { action: 'example.drop', subject, before: { model } });
      }),
    );
    return this.#show(row);
  }

  async #write(client: PoolClient, task: TaskRow, id: string): Promise<store.ExampleRow> {
    const output = mainOutputOf(task);
    const { id: taskId, model, book, account_id: accountId } = task;
    await store.lockExamples(client);
    const known = await store.findExample(client, taskId);
    if (known) return known;
    if ((await store.countExamples(client, model)) >= EXAMPLES_MAX) throw tooMany(model);
    const until = new Date(this.#options.clock() + KEPT_DAYS * DAY_MS);
    const kept = await store.keepFilesUntil(client, keysOf(output), { until, marginSeconds: HOUR_SECONDS });
    const filesUntil = kept.find(({ key }) => key === output.key)?.before;
    if (!filesUntil) throw conflict(`The file of the task ${taskId} is no longer kept`);
    const json = JSON.stringify(output);
    const row = { id, taskId, model, book, prompt: promptOf(task), output: json, filesUntil };
    const example = await store.insertExample(client, row);
    await recordAct(client, { action: 'example.choose', subject: taskId, accountId, after: { model } });
    return example;
  }

  async #find(taskId: string): Promise<TaskRow> {
    const [task] = isUuid(taskId) ? await readTasksById(this.#options.pool, [taskId]) : [];
    if (task) return task;
    const message = `There is no task "${taskId.slice(0, 100)}"`;
    throw new OperatorError(message, { errorName: 'not_found' });
  }

  #show({ output, ...row }: store.ExampleRow): Example {
    const { files, clock } = this.#options;
    const { key, kind, contentType, poster } = parseOwnJson<StoredOutput>(output);
    const untilMs = (Math.floor(clock() / DAY_MS) + 2) * DAY_MS;
    const posterUrl = poster === undefined ? null : files.linkTo(poster, untilMs);
    return { ...row, kind, contentType, url: files.linkTo(key, untilMs), posterUrl };
  }
}

/** What a page shows of a task: its video or sound, else the first of its results. */
function mainOutputOf({ id, state, outputs }: TaskRow): StoredOutput {
  const all = outputs === null ? [] : parseOwnJson<StoredOutput[]>(outputs);
  const main = all.find(({ kind }) => kind !== 'image') ?? all[0];
  if (state === 'succeeded' && main) return main;
  throw conflict(`The task ${id} has no result to show`);
}

function keysOf({ key, poster }: StoredOutput): string[] {
  return poster === undefined ? [key] : [key, poster];
}

function promptOf({ input }: TaskRow): string | null {
  const { text = null, prompt = text } = parseOwnJson<JsonObject>(input);
  return typeof prompt === 'string' ? prompt.slice(0, PROMPT_CHARACTERS_MAX) : null;
}

function tooMany(model: string): OperatorError {
  return conflict(`${model} has ${EXAMPLES_MAX} examples, and that is the most: take one back first`);
}

function conflict(message: string): OperatorError {
  return new OperatorError(message, { errorName: 'conflict' });
}
