// What all streams of a task on this node share: one read of the task and one rendering of it. A task may have a
// quarter of a megabyte and hundreds of listeners, so what is sent is made once and kept once, however many listeners
// get it. A listener that reads slowly is skipped until it has read, and then gets the task as it is by then.
//
// A listener is ready ⇄ behind (what was sent last is not read yet) → over (it got the end, left, or was cut).
import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import type { KeyRecord } from '../../accounts/keys.ts';
import type { CallerChanges } from '../../http/caller-changes.ts';
import { SECOND_MS, toUnixSeconds } from '../../lib/time.ts';
import { hasEnded } from '../../tasks/task.ts';
import type { TaskEvent, Tasks } from '../../tasks/tasks.ts';
import { renderTask } from './task-object.ts';

export interface FeedSource {
  tasks: Tasks;
  /** Looks up the key again: a key that was disabled sees no more of a stream that it opened before. */
  recheck: (request: FastifyRequest) => Promise<KeyRecord>;
  /** Says when that should be done at once. */
  callerChanges: CallerChanges;
}

export interface Listener {
  request: FastifyRequest;
  response: ServerResponse;
  /** The last event that it has. */
  afterId: bigint;
}

/** A client that reads nothing for so long is disconnected. */
const UNREAD_MS = 30 * SECOND_MS;
const STILL_HERE = Buffer.from(': still here\n\n');

interface Joined extends Listener {
  /** The version of the task that it was sent. */
  seen: number;
  cut?: NodeJS.Timeout;
}

export class TaskFeeds {
  readonly #source: FeedSource;
  readonly #unreadMs: number;
  readonly #feeds = new Map<string, TaskFeed>();

  constructor(source: FeedSource, unreadMs = UNREAD_MS) {
    this.#source = source;
    this.#unreadMs = unreadMs;
  }

  /** Tasks that are listened to. */
  get size(): number {
    return this.#feeds.size;
  }

  /** Sends a listener its task until it ends, and ends the response. The caller has shown that it may see the task. */
  join(taskId: string, listener: Listener): void {
    const feed = this.#feeds.get(taskId);
    if (feed?.join(listener)) return;
    const begun = new TaskFeed(this.#source, taskId, this.#unreadMs);
    begun.join(listener);
    this.#feeds.set(taskId, begun);
    void begun.run().finally(() => {
      if (this.#feeds.get(taskId) === begun) this.#feeds.delete(taskId);
    });
  }
}

class TaskFeed {
  readonly #source: FeedSource;
  readonly #taskId: string;
  readonly #unreadMs: number;
  readonly #listeners = new Set<Joined>();
  #isOver = false;
  #wake = Promise.withResolvers<void>();
  /** The task as it was rendered last, and how often it had changed until then. */
  #shown = '';
  #chunk = STILL_HERE;
  #version = 0;

  constructor(source: FeedSource, taskId: string, unreadMs: number) {
    this.#source = source;
    this.#taskId = taskId;
    this.#unreadMs = unreadMs;
  }

  /** @returns false when the feed has ended: then a new one is needed. */
  join(listener: Listener): boolean {
    if (this.#isOver) return false;
    const joined: Joined = { ...listener, seen: 0 };
    this.#listeners.add(joined);
    const leave = this.#source.callerChanges.watch(joined.request, () => this.#wake.resolve());
    joined.response.once('close', () => {
      leave();
      this.#drop(joined);
      if (this.#listeners.size === 0) this.#wake.resolve();
    });
    joined.response.on('drain', () => {
      clearTimeout(joined.cut);
      this.#wake.resolve();
    });
    this.#wake.resolve();
    return true;
  }

  /** Never rejects. The client reads the rest with TaskInfo, since an event stream has no way to report a fault. */
  async run(): Promise<void> {
    const { closing } = this.#source.tasks;
    try {
      while (this.#listeners.size > 0 && !closing.aborted) {
        this.#wake = Promise.withResolvers();
        await this.#look();
        await this.#rest();
      }
    } catch {
      // As above.
    } finally {
      this.#isOver = true;
      for (const listener of [...this.#listeners]) this.#end(listener);
    }
  }

  async #rest(): Promise<void> {
    if (this.#listeners.size === 0) return;
    const { tasks } = this.#source;
    const woken = new AbortController();
    const signal = AbortSignal.any([woken.signal, tasks.closing]);
    await Promise.race([tasks.nextChange(this.#taskId, signal), this.#wake.promise]);
    woken.abort();
  }

  async #look(): Promise<void> {
    const ready = await this.#recheckReady();
    const [key] = ready.values();
    if (!key) return;
    const { tasks } = this.#source;
    // The task is read first: if its end is seen here, the event of the end is already written.
    const row = await tasks.read(key, this.#taskId);
    this.#render(renderTask(row, tasks.linkTo));
    const afterIds = [...ready.keys()].map(({ afterId }) => afterId);
    const fromId = afterIds.reduce((least, id) => (id < least ? id : least));
    const events = (await tasks.events(this.#taskId, fromId)).map((event) => ({
      id: event.id,
      text: writeEvent(event),
    }));
    for (const listener of ready.keys()) {
      this.#send(listener, events);
      if (hasEnded(row)) this.#end(listener);
    }
  }

  /**
   * The listeners that have read what they were sent, with their keys. A listener whose key is not valid any more ends.
   */
  async #recheckReady(): Promise<Map<Joined, KeyRecord>> {
    const ready = new Map<Joined, KeyRecord>();
    for (const listener of [...this.#listeners]) {
      if (listener.response.writableNeedDrain) continue;
      try {
        ready.set(listener, await this.#source.recheck(listener.request));
      } catch {
        this.#end(listener);
      }
    }
    return ready;
  }

  #render(task: string): void {
    if (task === this.#shown) return;
    this.#shown = task;
    this.#version++;
    this.#chunk = Buffer.from(`event: task\ndata: ${task}\n\n`);
  }

  #send(listener: Joined, events: readonly { id: bigint; text: string }[]): void {
    const { response } = listener;
    const later = events.filter(({ id }) => id > listener.afterId);
    const last = later.at(-1);
    response.cork();
    if (last) {
      response.write(later.map(({ text }) => text).join(''));
      listener.afterId = last.id;
    }
    response.write(listener.seen === this.#version ? STILL_HERE : this.#chunk);
    listener.seen = this.#version;
    response.uncork();
    clearTimeout(listener.cut);
    if (response.writableNeedDrain) this.#cutLater(listener);
  }

  #cutLater(listener: Joined): void {
    listener.cut = setTimeout(() => listener.response.destroy(), this.#unreadMs);
  }

  /** Lets the listener read what was sent, or disconnects it when that takes too long. */
  #end(listener: Joined): void {
    this.#drop(listener);
    if (listener.response.destroyed) return;
    this.#cutLater(listener);
    listener.response.end();
  }

  #drop(listener: Joined): void {
    clearTimeout(listener.cut);
    this.#listeners.delete(listener);
  }
}

function writeEvent({ id, name, created_at: at, detail }: TaskEvent): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify({ at: toUnixSeconds(at), ...detail })}\n\n`;
}
