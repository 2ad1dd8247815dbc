// One run of the proof: orders by row and route, trouble for each as its row says, deaths of Reelay's
// processes while they are under way, and then the wait until every task has ended. The checker judges the
// result.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Pool } from 'pg';
import { silentLog } from '../../server/src/db/log.ts';
import { createPool } from '../../server/src/db/pool.ts';
import type { Failpoint } from '../../server/src/lib/failpoints.ts';
import { Site } from '../stage/processes.ts';
import { StatementPlan } from '../stage/sql-gate.ts';
import { rest, waitFor } from '../stage/wait.ts';
import { CASES, findUnmet } from './cases.ts';
import { readStories } from './checker.ts';
import { Emulators } from './emulators.ts';
import { type Evidence, gather, readHeard } from './evidence.ts';
import { Orders } from './orders.ts';
import { modelsFile, ROUTE_FACTS, ROUTES, type Route } from './routes.ts';
import { type Death, Servers } from './servers.ts';
import { CALM_SHARE, type Deaths, SHARE_OF_ROWS, SIZES, type Size, WEIGHTS } from './sizes.ts';
import { API_FAILPOINTS, CALM, QUICK_STEPS, REFUSED, WIRE_STEPS, type WireStep } from './steps.ts';

export interface ProofOptions {
  databaseUrl: string;
  creates: number;
  size: Size;
  /** Minutes after which the server gives up a start that cannot be found. */
  unknownMinutes: number;
  seed: number;
  /** Called with the progress. */
  report: (line: string) => void;
  /** Called with the folder of all processes, so that they can be ended at any time. */
  onSite?: (site: Site) => void;
}

export interface Proof {
  evidence: Evidence;
  deaths: readonly Death[];
  /** Statements at which a worker died, and all that were seen. */
  statements: { died: StatementPlan['deaths']; seen: string[] };
  /** Creates that were sent again because they got no answer. */
  retries: number;
  /** Faults that were added but met by no request, since its task went elsewhere. */
  faultsLeft: number;
}

/** Tasks that are neither ended nor unknown; beyond this number no more are placed. */
const BUSY_MAX = { small: 40, large: 400 };
const REACHED_WITHIN_MS = 120_000;
const STATEMENTS_WITHIN_MS = { small: 10_000, large: 1_200_000 };
const IDLE_MS = 5_000;
/** Pause between the orders that keep processes busy until they have died. */
const PACE_MS = 250;
/** The longest time between two random deaths. */
const CHANCE_MS = 2_000;
const QUIET_WITHIN_MS = 45_000;
/** A job and its callback take less. */
const CALLBACK_MS = 2_000;
const ENDED_WITHIN_MS = 240_000;
const KNOWN_WITHIN_MS = 120_000;
/** Rounds of orders for a case: an account that still rests sends some of them elsewhere. */
const INSIST_ROUNDS_MAX = 10;
const CREDITS = 10_000_000;

/** Runs all of it; nothing is left running. */
export async function runProof(options: ProofOptions): Promise<Proof> {
  const site = await Site.open({
    DATABASE_URL: options.databaseUrl,
    LOG_LEVEL: 'error',
    // Suites that count files and processes have none that are not about them.
    REELAY_POSTERS: 'false',
    REELAY_LIVE_LOOPBACK_CALLBACKS: 'true',
    REELAY_UNKNOWN_MINUTES_MAX: String(options.unknownMinutes),
  });
  options.onSite?.(site);
  const pool = createPool(options.databaseUrl, { max: 2, applicationName: 'proof', log: silentLog });
  try {
    return await new Run(options, site, pool).go();
  } finally {
    await pool.end();
    await site.close();
  }
}

/** Where an order belongs. */
interface Place {
  row: string;
  step?: WireStep;
  /** Undefined: the next one in turn. */
  route?: Route;
}

/** A row of deaths. */
interface Dying {
  times: number;
  row: string;
  weight: number;
}

class Run {
  readonly #options: ProofOptions;
  readonly #deaths: Deaths;
  readonly #site: Site;
  readonly #pool: Pool;
  readonly #plan: StatementPlan;
  /** Orders of a row of weight 1, on each route. */
  readonly #unit: number;
  #randomState: number;
  #servers!: Servers;
  #emulators!: Emulators;
  #orders!: Orders;

  constructor(options: ProofOptions, site: Site, pool: Pool) {
    this.#options = options;
    this.#deaths = SIZES[options.size];
    this.#site = site;
    this.#pool = pool;
    this.#randomState = options.seed;
    this.#plan = new StatementPlan({ ...this.#deaths.statements, random: this.#random });
    this.#unit = Math.max(1, Math.floor((options.creates * SHARE_OF_ROWS) / this.#weigh() / ROUTES.length));
  }

  /** The weights of all rows together. */
  #weigh(): number {
    const { size } = this.#options;
    const steps = this.#steps.map(({ isLong }) => (isLong ? WEIGHTS.longStep : WEIGHTS.step));
    const deaths = [
      2 * WEIGHTS.api,
      this.#deaths.groups.length * WEIGHTS.failpoints[size],
      WEIGHTS.byChance,
      WEIGHTS.statements[size],
      this.#deaths.freezeMs > 0 ? WEIGHTS.frozen : 0,
    ];
    const calm = steps.map((weight) => weight * CALM_SHARE[size]);
    return [WEIGHTS.refused, ...steps, ...calm, ...deaths].reduce((sum, weight) => sum + weight, 0);
  }

  get #steps(): WireStep[] {
    return WIRE_STEPS.filter(({ isLong }) => !isLong || this.#options.size === 'large');
  }

  async go(): Promise<Proof> {
    try {
      await this.#prepare();
      await this.#refuse();
      await this.#breakWires();
      await this.#quiet();
      // Together in the small proof, since most of it is waiting for processes to start.
      const killings = [() => this.#killApi(), () => this.#killWorkers()];
      if (this.#options.size === 'small') await Promise.all(killings.map((kill) => kill()));
      else for (const kill of killings) await kill();
      await this.#place(this.#left, () => ({ row: CALM }));
      await this.#end();
      await this.#insist();
      return await this.#conclude();
    } finally {
      this.#orders?.close();
      await this.#servers?.stop();
      await this.#emulators?.stop();
    }
  }

  async #prepare(): Promise<void> {
    const { folder, environment } = this.#site;
    const models = path.join(folder, 'models.json');
    await writeFile(models, modelsFile());
    this.#emulators = await Emulators.reserve(folder);
    Object.assign(environment, { REELAY_MODELS: models, ...this.#emulators.environment });
    const { databaseUrl } = this.#options;
    this.#servers = await Servers.start({ site: this.#site, databaseUrl, plan: this.#plan });
    const [made] = await Promise.all([
      this.#site.run('keys', 'create', '--mode', 'live', '--name', 'proof'),
      this.#site.run('credits', 'grant', String(CREDITS)),
      this.#servers.calm(),
    ]);
    const url = `http://127.0.0.1:${environment.PORT}`;
    this.#orders = new Orders({ url, key: (made as { key: string }).key, emulators: this.#emulators });
    this.#report('the processes are running');
  }

  /** Nothing listens at the providers' addresses: no byte of a start leaves. */
  async #refuse(): Promise<void> {
    const row = REFUSED;
    await this.#place(this.#countOf(WEIGHTS.refused), () => ({ row }));
    await this.#orders.answered();
    const placed = this.#orders.all.length;
    await waitFor('every task to be refused once', REACHED_WITHIN_MS, async () => {
      const { rows } = await this.#pool.query<{ tried: number }>(
        `select count(distinct task_id)::integer as tried from attempts where state = 'rejected'`,
      );
      return rows[0].tried >= placed;
    });
    await this.#emulators.start();
    this.#report(`${placed} orders were refused a connection; the providers are running now`);
  }

  /**
   * All steps in any order, so that an account is never in trouble for long; steps that make it rest come
   * last.
   */
  async #breakWires(): Promise<void> {
    const quick = this.#steps.filter(({ cools }) => !cools);
    const places: Place[] = quick.flatMap((step) => this.#placesOf(step));
    const calm = Math.floor(places.length * CALM_SHARE[this.#options.size]);
    for (let at = 0; at < calm; at++) places.push({ row: CALM, route: ROUTES[at % ROUTES.length] });
    for (let at = places.length - 1; at > 0; at--) {
      const other = Math.floor(this.#random() * (at + 1));
      [places[at], places[other]] = [places[other], places[at]];
    }
    await this.#place(places.length, (at) => places[at]);
    const cooling = this.#steps.filter(({ cools }) => cools).flatMap((step) => this.#placesOf(step));
    await this.#place(cooling.length, (at) => cooling[at]);
  }

  #placesOf(step: WireStep): Place[] {
    const count = this.#countOf(step.isLong ? WEIGHTS.longStep : WEIGHTS.step);
    return Array.from({ length: count }, (_, at) => ({
      row: step.title,
      step,
      route: ROUTES[at % ROUTES.length],
    }));
  }

  async #killApi(): Promise<void> {
    const { apiByChance, apiTimes } = this.#deaths;
    const how = { times: apiTimes, row: 'API dies before and after a create', weight: WEIGHTS.api };
    await this.#dieAt('api', API_FAILPOINTS, how);
    await this.#dieByChance('api', { times: apiByChance, row: 'API dies by chance', weight: WEIGHTS.api });
  }

  async #killWorkers(): Promise<void> {
    const { groups, times, byChance, freezeMs } = this.#deaths;
    const weight = WEIGHTS.failpoints[this.#options.size];
    for (const group of groups) {
      const where = group.length === 1 ? group[0] : 'at the failpoints';
      await this.#dieAt('worker', group, { times, row: `worker dies ${where}`, weight });
    }
    const how = { times: byChance, row: 'worker dies by chance', weight: WEIGHTS.byChance };
    await this.#dieByChance('worker', how);
    await this.#dieAtStatements();
    if (freezeMs > 0) await this.#freeze(freezeMs);
  }

  async #dieAt(role: Death['role'], places: readonly Failpoint[], how: Dying): Promise<void> {
    this.#servers.arm(role, places, how.times);
    await this.#keepBusy(how, () => ({ row: how.row }), {
      withinMs: REACHED_WITHIN_MS,
      busyMin: 4,
      isDone: () => !this.#servers.isArmed(role),
      wantsMore: () => this.#servers.isArmedAtWork(role),
    });
    this.#servers.disarm(role);
    await this.#servers.calm();
  }

  async #dieByChance(role: Death['role'], how: Dying): Promise<void> {
    let killed = 0;
    let nextMs = 0;
    await this.#keepBusy(how, (at) => ({ row: how.row, step: QUICK_STEPS[at % QUICK_STEPS.length] }), {
      withinMs: REACHED_WITHIN_MS * how.times,
      busyMin: 20,
      isDone: () => {
        if (performance.now() > nextMs && this.#servers.killByChance(role, this.#random)) {
          killed++;
          nextMs = performance.now() + this.#random() * CHANCE_MS;
        }
        return killed >= how.times;
      },
    });
    await this.#servers.calm();
  }

  /**
   * Continues until every statement has had its deaths; those that come late die until the end of the run.
   */
  async #dieAtStatements(): Promise<void> {
    const { size } = this.#options;
    const how = { times: 0, row: 'worker dies at a statement', weight: WEIGHTS.statements[size] };
    this.#plan.isOn = true;
    let quietSince = performance.now();
    let seen = 0;
    await this.#keepBusy(how, (at) => ({ row: how.row, step: QUICK_STEPS[at % QUICK_STEPS.length] }), {
      withinMs: STATEMENTS_WITHIN_MS[size],
      busyMin: 20,
      isDone: () => {
        if (!this.#plan.isDone || this.#plan.deaths.length > seen) quietSince = performance.now();
        seen = this.#plan.deaths.length;
        return performance.now() - quietSince > IDLE_MS;
      },
    });
    await this.#servers.calm();
  }

  async #freeze(milliseconds: number): Promise<void> {
    const row = `worker stands still for ${milliseconds / 1000} s`;
    const frozen = this.#servers.freezeWorker(milliseconds);
    await this.#place(this.#countOf(WEIGHTS.frozen), () => ({ row }));
    await frozen;
  }

  /**
   * Places the orders of a row while the processes die: half of them at once, then one whenever fewer than
   * `busyMin` are under way, since a death needs work under way. Ends when it is done and all are placed.
   * `wantsMore` asks for additional orders: a place to die at must be reached, and other processes may have
   * taken all orders meant for it.
   */
  async #keepBusy(
    { weight, row }: Dying,
    placeAt: (at: number) => Place,
    end: { withinMs: number; busyMin: number; isDone: () => boolean; wantsMore?: () => boolean },
  ): Promise<void> {
    const count = this.#countOf(weight);
    const until = performance.now() + end.withinMs;
    const first = Math.ceil(count / 2);
    const placing = this.#place(first, placeAt);
    let placed = first;
    while (!end.isDone() && performance.now() < until) {
      await rest(PACE_MS);
      const busy = await this.#countBusy();
      if (busy >= end.busyMin) continue;
      if (placed < count && this.#servers.isAtWork) await this.#placeOne(placed++, placeAt);
      else if (placed >= count && end.wantsMore?.()) await this.#send(placed++, placeAt);
      else if (placed >= count && busy === 0 && !end.wantsMore) break;
    }
    await placing;
    for (; placed < count; placed++) await this.#placeOne(placed, placeAt);
    this.#report(`${this.#orders.all.length} orders: ${row}`);
  }

  get #left(): number {
    return this.#options.creates - this.#orders.all.length;
  }

  /** Orders of a row, all routes together. */
  #countOf(weight: number): number {
    return Math.ceil(this.#unit * weight) * ROUTES.length;
  }

  async #place(count: number, placeAt: (at: number) => Place): Promise<void> {
    for (let at = 0; at < count; at++) {
      if (at % 10 === 0) await this.#room();
      if (at % 500 === 0) this.#report(`${this.#orders.all.length} orders`);
      await this.#placeOne(at, placeAt);
    }
  }

  async #placeOne(at: number, placeAt: (at: number) => Place): Promise<void> {
    if (this.#left > 0) await this.#send(at, placeAt);
  }

  async #send(at: number, placeAt: (at: number) => Place): Promise<void> {
    const { row, step, route = ROUTES[at % ROUTES.length] } = placeAt(at);
    await this.#orders.place(row, route, step);
  }

  /** Waits while too much is under way. */
  async #room(): Promise<void> {
    const busyMax = BUSY_MAX[this.#options.size];
    while ((await this.#countBusy()) > busyMax) await rest(100);
  }

  /** Waits for what is under way, so that no callback is lost at a dead API. Unknown attempts stay open. */
  async #quiet(): Promise<void> {
    const until = performance.now() + QUIET_WITHIN_MS;
    while (performance.now() < until && (await this.#countBusy()) > 0) await rest(200);
    await rest(CALLBACK_MS);
  }

  /** Tasks that are under way. Unknown ones rest and are no work. */
  async #countBusy(): Promise<number> {
    return (await this.#countOpen()) - (await this.#countUnknown());
  }

  async #countOpen(): Promise<number> {
    return this.#count('select count(*)::integer as count from tasks where due_at is not null');
  }

  async #countUnknown(): Promise<number> {
    return this.#count(
      `select count(*)::integer as count from attempts a join tasks t on t.id = a.task_id
       where a.state = 'unknown' and t.due_at is not null`,
    );
  }

  async #count(sql: string): Promise<number> {
    const { rows } = await this.#pool.query<{ count: number }>(sql);
    return rows[0].count;
  }

  /** Until every task has ended and every job that can come to light has. */
  async #end(): Promise<void> {
    await this.#orders.answered();
    const withinMs = this.#options.unknownMinutes * 60_000 + ENDED_WITHIN_MS;
    const until = performance.now() + withinMs;
    for (let open = await this.#countOpen(); open > 0 && performance.now() < until; ) {
      this.#report(`${open} tasks are open`);
      await rest(2_000);
      open = await this.#countOpen();
    }
    await this.#awaitKnown();
    this.#plan.isOn = false;
    await this.#servers.calm();
  }

  /** Places orders for each case that chance has left out, once all is calm, until there are enough of it. */
  async #insist(): Promise<void> {
    for (let round = 0; round < INSIST_ROUNDS_MAX; round++) {
      const unmet = findUnmet(readStories(await this.#gather(new Set())));
      if (unmet.length === 0) return;
      for (const { title, wanting } of unmet) {
        this.#report(`${wanting} more are wanted: ${title}`);
        const { routes, step: name } = CASES[title];
        const step = WIRE_STEPS.find((known) => known.title === name);
        for (let at = 0; at < wanting; at++) await this.#orders.place(name, routes[at % routes.length], step);
      }
      await this.#end();
    }
  }

  /** By now tasks have ended; looks at starts that were given up continue, and may find what was accepted. */
  async #awaitKnown(): Promise<void> {
    const until = performance.now() + KNOWN_WITHIN_MS;
    for (;;) {
      const evidence = await this.#gather(new Set());
      const waiting = readStories(evidence).filter(({ jobs, attempts }) => {
        const isFollowed = attempts.some(({ state }) => state === 'accepted');
        return (
          isFollowed ||
          jobs.some(({ job, attempt }) => mayStillBeFound(job.provider as Route, attempt?.state))
        );
      });
      if (waiting.length === 0 || performance.now() > until) return;
      this.#report(`${waiting.length} jobs of ended tasks are not known yet`);
      await rest(2_000);
    }
  }

  #gather(heard: ReadonlySet<string>, audit: readonly unknown[] = []): Promise<Evidence> {
    const { all: orders, refusals } = this.#orders;
    const { incidents } = this.#servers.record;
    return gather(this.#pool, this.#emulators, { orders, refusals, incidents, heard, audit });
  }

  async #conclude(): Promise<Proof> {
    const heard = await readHeard(this.#emulators);
    const faultsLeft = await this.#emulators.countFaults();
    await this.#servers.stop();
    const audit = await this.#audit();
    return {
      evidence: await this.#gather(heard, audit),
      deaths: this.#servers.record.deaths,
      statements: { died: this.#plan.deaths, seen: this.#plan.labels },
      retries: this.#orders.retries,
      faultsLeft,
    };
  }

  async #audit(): Promise<readonly unknown[]> {
    try {
      return ((await this.#site.run('credits', 'audit')) as { violations: unknown[] }).violations;
    } catch (error) {
      // Exit code 1: something is broken, and printed.
      return [String((error as { stdout?: string }).stdout ?? error)];
    }
  }

  /** From 0 up to 1, the next of the seed (mulberry32). */
  readonly #random = (): number => {
    this.#randomState = (this.#randomState + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#randomState ^ (this.#randomState >>> 15), 1 | this.#randomState);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };

  #report(line: string): void {
    this.#options.report(`${(performance.now() / 1000).toFixed(0).padStart(5)} s  ${line}`);
  }
}

function mayStillBeFound(route: Route, state: string | undefined): boolean {
  return state === 'unknown' && ROUTE_FACTS[route].comesToLight === 'by look-up';
}
