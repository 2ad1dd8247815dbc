// Claims due tasks for this process and follows them. A claim is a lease on the database clock that is renewed each
// second; a process that stops renewing loses its tasks to the others within the lease, one that is known to be dead
// at once.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Pool } from 'pg';
import { type Failpoint, reach } from '../lib/failpoints.ts';
import { newId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { type Clock, pause, SECOND_MS } from '../lib/time.ts';
import type { Provider } from '../providers/contract.ts';
import { buryNodes, listNodes, removeNode, saveNode } from './attempts.store.ts';
import { Follow, type FollowOptions } from './follow.ts';
import type { TaskRow } from './task.ts';
import { claimOverdue, claimTasks, releaseTask, renewLeases } from './tasks.store.ts';

const LEASE_MS = 20 * SECOND_MS;
const TICK_MS = SECOND_MS;
const NODE_SILENT_MS = 15 * SECOND_MS;
/** Also without a notice the queue is looked at this often. */
const LOOK_MS = SECOND_MS;
const FAULT_PAUSE_MS = 5 * SECOND_MS;
const OVERDUE_BATCH = 500;
/** The look for overdue tasks reads all open ones, since an index for it would slow every create. */
const OVERDUE_EVERY_MS = 10 * SECOND_MS;

export interface WorkerOptions extends FollowOptions {
  pool: Pool;
  log: Log;
  clock: Clock;
  /** Who serves a task: the draft provider for test keys, the model's offer for live ones. */
  providerOf: (task: TaskRow) => Provider;
  providers: Provider[];
  /** Hears of processes that are dead, to free what else they held. */
  onDeadNodes: (nodeIds: string[]) => Promise<void>;
  failpoint?: Failpoint;
}

/** Names where a process id means the same process: a machine between two restarts, or one container on it. */
function hostName(): string {
  try {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()} ${bootId} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Not Linux: the host name alone has to do, and the silence of a node is what proves its death.
    return hostname();
  }
}

/** Whether a process of this machine runs. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export class Worker {
  readonly nodeId = newId();
  readonly #options: WorkerOptions;
  readonly #host = hostName();
  readonly #running = new Map<string, { follow: Follow; done: Promise<void> }>();
  readonly #stopping = new AbortController();
  #woken = false;
  #wakeUp: (() => void) | undefined;
  #loops: Promise<void>[] = [];
  #renewedMs = 0;
  #expireAtMs = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** How many tasks this process follows now. */
  get runningCount(): number {
    return this.#running.size;
  }

  /** Registers the process, frees what dead ones left, and begins to claim. */
  async start(): Promise<void> {
    const { pool, changes, clock } = this.#options;
    await saveNode(pool, { id: this.nodeId, host: this.#host, processId: process.pid });
    await this.#bury();
    this.#renewedMs = clock();
    changes.onCreated(() => this.#wake());
    this.#loops = [
      this.#repeat(
        () => this.#claim(),
        (signal) => this.#restUntilWoken(signal),
      ),
      this.#repeat(
        () => this.#tick(),
        (signal) => pause(TICK_MS, signal),
      ),
    ];
  }

  /** Claims no more, stops what runs and gives it back; resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await Promise.all(this.#loops);
    const running = [...this.#running.values()];
    for (const { follow } of running) follow.stop('shutdown');
    await Promise.all(running.map(({ done }) => done));
    // A node that cannot say goodbye is missed soon.
    await removeNode(this.#options.pool, this.nodeId).catch((error) => {
      this.#options.log.warn({ err: error }, 'worker.still_registered');
    });
  }

  /** Repeats a step until the process stops; a fault of the database costs a pause, not the loop. */
  async #repeat(step: () => Promise<void>, rest: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await step();
      } catch (error) {
        this.#options.log.warn({ err: error }, 'worker.step_failed');
      }
      await rest(signal);
    }
  }

  /** Until there may be something to claim: a notice, a slot that came free, or simply a while. */
  async #restUntilWoken(signal: AbortSignal): Promise<void> {
    if (!this.#woken) {
      const early = new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
      });
      await Promise.race([early, pause(LOOK_MS, signal)]);
    }
    this.#woken = false;
  }

  #wake(): void {
    this.#woken = true;
    this.#wakeUp?.();
  }

  #freeSlots(): number {
    const starting = [...this.#running.values()].filter(({ follow }) => !follow.started).length;
    const free = this.#options.providers.reduce((sum, provider) => sum + provider.freeSlots(), 0);
    return Math.max(0, free - starting);
  }

  async #claim(): Promise<void> {
    const { pool, failpoint } = this.#options;
    const limit = this.#freeSlots();
    if (limit === 0) return;
    const tasks = await claimTasks(pool, { nodeId: this.nodeId, limit, leaseMs: LEASE_MS });
    if (tasks.length > 0) reach(failpoint, 'after-claim');
    for (const task of tasks) this.#follow(task);
  }

  #follow(task: TaskRow): void {
    const { log, providerOf } = this.#options;
    const follow = new Follow(this.#options, task, providerOf(task));
    const done = follow
      .run()
      .catch(async (error) => {
        log.error({ err: error, taskId: task.id, epoch: task.epoch }, 'task.follow_failed');
        await releaseTask(this.#options.pool, task, FAULT_PAUSE_MS);
      })
      .catch((error) => log.error({ err: error, taskId: task.id }, 'task.release_failed'))
      .finally(() => {
        // A later claim of the same task may stand in its place.
        if (this.#running.get(task.id)?.follow === follow) this.#running.delete(task.id);
        this.#wake();
      });
    this.#running.get(task.id)?.follow.stop('overtaken');
    this.#running.set(task.id, { follow, done });
  }

  /** Renews the leases, hears of cancels, ends what is overdue, buries the dead. */
  async #tick(): Promise<void> {
    const { pool, clock } = this.#options;
    // Cut off from the database for a whole lease: others may have these tasks already.
    if (clock() - this.#renewedMs > LEASE_MS) {
      for (const { follow } of this.#running.values()) follow.stop('overtaken');
    }
    await this.#renew();
    this.#renewedMs = clock();
    await saveNode(pool, { id: this.nodeId, host: this.#host, processId: process.pid });
    if (clock() >= this.#expireAtMs) await this.#expire();
    await this.#bury();
  }

  async #renew(): Promise<void> {
    const claims = [...this.#running.values()].map(({ follow }) => follow);
    if (claims.length === 0) return;
    const owned = await renewLeases(this.#options.pool, {
      nodeId: this.nodeId,
      taskIds: claims.map(({ task }) => task.id),
      leaseMs: LEASE_MS,
    });
    const byId = new Map(owned.map((task) => [task.id, task]));
    for (const follow of claims) {
      const mine = byId.get(follow.task.id);
      if (mine?.epoch !== follow.task.epoch) follow.stop('overtaken');
      else if (mine.cancel) follow.stop('cancel');
    }
  }

  async #expire(): Promise<void> {
    const { pool, settler, clock } = this.#options;
    this.#expireAtMs = clock() + OVERDUE_EVERY_MS;
    const overdue = await claimOverdue(pool, OVERDUE_BATCH);
    const failure = {
      state: 'expired',
      error: 'task_expired',
      message: 'Not finished within its time limit',
    } as const;
    await Promise.all(overdue.map((task) => settler.fail(task, failure)));
    // After a long stop very many may be late; the rest comes with the next tick, between two renewals of the leases.
    if (overdue.length === OVERDUE_BATCH) this.#expireAtMs = 0;
  }

  async #bury(): Promise<void> {
    const { pool, onDeadNodes } = this.#options;
    const here = await listNodes(pool, this.#host);
    // Our own process id under another name: the one that had it before us.
    const dead = here.filter(
      ({ id, process_id: pid }) => id !== this.nodeId && (pid === process.pid || !isAlive(pid)),
    );
    const ids = dead.map(({ id }) => id);
    const buried = await buryNodes(pool, { ids, silentMs: NODE_SILENT_MS });
    if (buried.length > 0) await onDeadNodes(buried);
  }
}
