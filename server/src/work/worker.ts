// Claims due tasks for this process and follows them. A claim is a lease on the database clock, renewed each second. A
// process that stops renewing loses its tasks to the others when the lease is over; one that is known to be dead loses
// them at once.
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import type { Pool } from 'pg';
import { logFault } from '../db/log-fault.ts';
import type { ClaimedTask } from '../dispatch/dispatch.store.ts';
import { Dispatcher } from '../dispatch/dispatcher.ts';
import type { LocalRoom } from '../dispatch/local-places.ts';
import type { Room } from '../dispatch/routing.ts';
import { type Failpoint, reach } from '../lib/failpoints.ts';
import { newId } from '../lib/ids.ts';
import type { Log } from '../lib/log.ts';
import { type Clock, pause, SECOND_MS, steadyClock } from '../lib/time.ts';
import type { LocalProvider } from '../providers/contract.ts';
import { listNodes, removeDeadNodes, removeNode, saveNode } from '../tasks/attempts.store.ts';
import { LEASE_MS } from '../tasks/task.ts';
import { claimOverdue, releaseTask, renewLeases } from '../tasks/tasks.store.ts';
import type { Claim, ClaimKeeper } from './claim.ts';
import { Finisher } from './finisher.ts';
import { Follow, type FollowOptions } from './follow.ts';
import type { Hooks } from './hooks.ts';
import { Looker } from './looker.ts';
import { describeUnfetched } from './outcome.ts';
import { ProgressReports } from './progress.ts';
import { createRemoteWrites, type RemoteOptions, type RemoteWrites } from './remote.ts';
import { RemoteResume } from './remote-resume.ts';
import { RemoteStart } from './remote-start.ts';
import { Verdicts } from './verdicts.ts';

const TICK_MS = SECOND_MS;
const NODE_SILENT_MS = 15 * SECOND_MS;
/** The queue is read this often even without a notice. */
const LOOK_MS = SECOND_MS;
/** At most this many starts at providers are under way at once. */
const REMOTE_STARTS_MAX = 256;
/** The pause before a node asks again, after another one had its turn. */
const TURN_MS = 20;
const FAULT_PAUSE_MS = 5 * SECOND_MS;
const OVERDUE_BATCH = 500;
/** The search for overdue tasks reads all open ones, since an index for it would slow every create. */
const OVERDUE_EVERY_MS = 10 * SECOND_MS;

export interface WorkerOptions extends FollowOptions {
  pool: Pool;
  log: Log;
  clock: Clock;
  /** The renderer of this process. */
  local: LocalProvider;
  /** For every task that a provider elsewhere makes. */
  remote: RemoteOptions;
  /** Reports jobs elsewhere that have ended. */
  hooks: Hooks;
  /** Is called with the processes that are dead, to free what else they held. */
  onDeadNodes: (nodeIds: string[]) => Promise<void>;
  failpoint?: Failpoint;
}

/** Names the scope in which a process id is unique: a machine between two restarts, or one container on it. */
function hostName(): string {
  try {
    const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${hostname()} ${bootId} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Not Linux: the host name alone has to do, and a node is taken for dead only when it has been silent.
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

export class Worker implements ClaimKeeper {
  readonly nodeId = newId();
  readonly #options: WorkerOptions;
  readonly #host = hostName();
  readonly #running = new Map<string, { claim: Claim; done: Promise<void> }>();
  readonly #dispatcher: Dispatcher;
  readonly #remoteParts: { writes: RemoteWrites; verdicts: Verdicts };
  readonly #looker: Looker;
  readonly #progress: ProgressReports;
  readonly #stopping = new AbortController();
  #woken = false;
  #wakeUp: (() => void) | undefined;
  #loops: Promise<void>[] = [];
  #renewedMs = 0;
  #expireAtMs = 0;

  constructor(options: WorkerOptions) {
    const { pool, remote } = options;
    this.#options = options;
    this.#progress = new ProgressReports(options);
    this.#dispatcher = new Dispatcher({
      pool,
      market: remote.market,
      workOf: (model, input) =>
        options.local.workOf(options.fillInput(model, input), options.modalityOf(model)),
    });
    this.#remoteParts = { writes: createRemoteWrites(pool), verdicts: new Verdicts(remote) };
    const { signal: stopping } = this.#stopping;
    const finisher = new Finisher({ ...this.#remoteParts, options: remote, keeper: this, stopping });
    this.#looker = new Looker(remote, finisher);
  }

  /** How many tasks this process follows now. */
  get runningCount(): number {
    return this.#running.size;
  }

  /** Registers the process, frees what dead ones left, and begins to claim. */
  async start(): Promise<void> {
    const { pool, changes, hooks } = this.#options;
    await saveNode(pool, { id: this.nodeId, host: this.#host, processId: process.pid });
    await this.#removeDeadNodes();
    this.#renewedMs = steadyClock();
    changes.onCreated(() => this.wake());
    changes.onHinted(() => this.#looker.wake());
    hooks.onEnd(this.#looker.lookAt);
    this.#loops = [
      this.#repeat(
        () => this.#claim(),
        (signal) => this.#restUntilWoken(signal),
      ),
      this.#repeat(
        () => this.#looker.round(),
        (signal) => this.#looker.rest(signal),
      ),
      this.#repeat(
        () => this.#tick(),
        (signal) => pause(TICK_MS, signal),
      ),
    ];
  }

  /** Claims no more, stops what runs and releases it; resolves when nothing is left. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    this.#looker.wake();
    await Promise.all(this.#loops);
    const running = [...this.#running.values()];
    for (const { claim } of running) claim.stop('shutdown');
    await Promise.all(running.map(({ done }) => done));
    await this.#looker.drain();
    // A node that could not remove itself is found dead soon.
    await removeNode(this.#options.pool, this.nodeId).catch((error) => {
      this.#options.log.warn({ err: error }, 'worker.still_registered');
    });
  }

  /** Repeats a step until the process stops. A fault of the database costs a pause and does not end the loop. */
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

  /** Waits until there may be something to claim: a notice came, a place became free, or a while has passed. */
  async #restUntilWoken(signal: AbortSignal): Promise<void> {
    if (!this.#woken) {
      const early = new Promise<void>((resolve) => {
        this.#wakeUp = resolve;
      });
      await Promise.race([early, pause(Math.min(LOOK_MS, this.#dispatcher.restMs()), signal)]);
    }
    this.#woken = false;
  }

  /** Has the queue read soon: there may be something to claim. */
  wake(): void {
    this.#woken = true;
    this.#wakeUp?.();
  }

  /** What this process can begin: drafts by the places of the renderer, starts at providers by those under way. */
  #room(): Room {
    const waiting = [...this.#running.values()].filter(({ claim }) => !claim.started);
    const starting = waiting.filter(({ claim }) => claim.needs.kind === 'start').length;
    return { local: this.#localRoom(), remote: Math.max(0, REMOTE_STARTS_MAX - starting) };
  }

  #localRoom(): LocalRoom {
    const rendering = new Set<string>();
    const waiting = new Map<string, number>();
    let claimed = 0;
    for (const { claim } of this.#running.values()) {
      const { account_id: accountId } = claim.task;
      switch (claim.needs.kind) {
        case 'wait':
          waiting.set(accountId, (waiting.get(accountId) ?? 0) + 1);
          break;
        case 'render':
          // Claimed a moment ago and not begun, so the renderer does not know of it yet.
          if (!claim.started) claimed++;
          rendering.add(accountId);
          break;
        case 'start':
        case 'nothing':
          break;
      }
    }
    const { any, short } = this.#options.local.freeSlots();
    const left = Math.max(0, any - claimed);
    return { any: left, short: Math.max(0, short - (claimed - (any - left))), rendering, waiting };
  }

  #startingByCredential(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { claim } of this.#running.values()) {
      const { needs, started } = claim;
      if (needs.kind !== 'start' || started) continue;
      counts.set(needs.credentialId, (counts.get(needs.credentialId) ?? 0) + 1);
    }
    return counts;
  }

  async #claim(): Promise<void> {
    const { failpoint } = this.#options;
    const room = this.#room();
    const tasks = await this.#dispatcher.round({
      nodeId: this.nodeId,
      room,
      starting: this.#startingByCredential(),
    });
    if (!tasks) {
      // Another node has its turn; what it leaves can be claimed in a moment.
      await pause(TURN_MS, this.#stopping.signal);
      this.wake();
      return;
    }
    if (tasks.length > 0) reach(failpoint, 'after-claim');
    for (const task of tasks) this.#begin(task);
  }

  #claimOf(task: ClaimedTask): Claim & { run(): Promise<void> } {
    const { local, remote } = this.#options;
    const { assignment } = task;
    const drafts = { provider: local, progress: this.#progress };
    switch (assignment.kind) {
      case 'local':
        return new Follow(this.#options, task, { ...drafts, needsRender: assignment.needsRender });
      case 'start':
        return new RemoteStart({ ...this.#remoteParts, options: remote }, task, assignment);
      case 'resume':
        return assignment.provider === local.id
          ? new Follow(this.#options, task, { ...drafts, needsRender: true })
          : new RemoteResume(remote, task);
    }
  }

  #begin(task: ClaimedTask): void {
    const claim = this.#claimOf(task);
    const work = claim.run().catch(async (error) => {
      logFault(this.#options.log, error, { taskId: task.id, epoch: task.epoch }, 'task.follow_failed');
      await releaseTask(this.#options.pool, task, FAULT_PAUSE_MS);
    });
    this.hold(claim, work);
  }

  hold(claim: Claim, work: Promise<void>): void {
    const { id } = claim.task;
    const done = work
      .catch((error) => logFault(this.#options.log, error, { taskId: id }, 'task.release_failed'))
      .finally(() => {
        // A later claim of the same task may have taken its place.
        if (this.#running.get(id)?.claim === claim) this.#running.delete(id);
        this.wake();
      });
    this.#running.get(id)?.claim.stop('overtaken');
    this.#running.set(id, { claim, done });
  }

  /** Renews the leases, reads cancels, ends what is overdue, removes dead nodes. */
  async #tick(): Promise<void> {
    const { pool } = this.#options;
    // Cut off from the database for a whole lease: other nodes may have these tasks already.
    if (steadyClock() - this.#renewedMs > LEASE_MS) {
      for (const { claim } of this.#running.values()) claim.stop('overtaken');
    }
    await this.#renew();
    this.#renewedMs = steadyClock();
    await saveNode(pool, { id: this.nodeId, host: this.#host, processId: process.pid });
    if (steadyClock() >= this.#expireAtMs) await this.#expire();
    await this.#removeDeadNodes();
  }

  async #renew(): Promise<void> {
    const claims = [...this.#running.values()].map(({ claim }) => claim);
    if (claims.length === 0) return;
    const owned = await renewLeases(this.#options.pool, {
      nodeId: this.nodeId,
      taskIds: claims.map(({ task }) => task.id),
      leaseMs: LEASE_MS,
    });
    const byId = new Map(owned.map((task) => [task.id, task]));
    for (const claim of claims) {
      const mine = byId.get(claim.task.id);
      if (mine?.epoch !== claim.task.epoch) claim.stop('overtaken');
      else if (mine.cancel) claim.stop('cancel');
    }
  }

  async #expire(): Promise<void> {
    const { pool, settler, modalityOf } = this.#options;
    this.#expireAtMs = steadyClock() + OVERDUE_EVERY_MS;
    const overdue = await claimOverdue(pool, OVERDUE_BATCH);
    const failure = { state: 'expired', error: 'task_expired' } as const;
    await Promise.all(
      overdue.map((task) => {
        const isMade = task.state === 'storing';
        const message = isMade
          ? describeUnfetched(modalityOf(task.model))
          : 'Not finished within its time limit';
        return settler.fail(task, { ...failure, message });
      }),
    );
    // After a long stop very many may be overdue; the rest comes with the next tick, between two renewals of the leases.
    if (overdue.length === OVERDUE_BATCH) this.#expireAtMs = 0;
  }

  async #removeDeadNodes(): Promise<void> {
    const { pool, onDeadNodes } = this.#options;
    const here = await listNodes(pool, this.#host);
    // This process id under another node id: the process that had it before.
    const dead = here.filter(
      ({ id, process_id: pid }) => id !== this.nodeId && (pid === process.pid || !isAlive(pid)),
    );
    const ids = dead.map(({ id }) => id);
    const removed = await removeDeadNodes(pool, { ids, silentMs: NODE_SILENT_MS });
    if (removed.length > 0) await onDeadNodes(removed);
  }
}
