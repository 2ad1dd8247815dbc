// The parts of work/ on a real database, with a provider whose outcomes a test sets. Nothing runs by itself: a test calls
// one part and reads what became of the task. Only for tests.
import { createRemote } from '../app.ts';
import { claimTasks } from '../dispatch/testing.ts';
import { createTestApi, type TestApi } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import { ark } from '../providers/ark/ark.ts';
import type {
  CallContext,
  CancelOutcome,
  Failure,
  FindOutcome,
  PollOutcome,
  Provider,
  StartOutcome,
} from '../providers/contract.ts';
import type { TaskRow } from '../tasks/task.ts';
import type { Claim } from './claim.ts';
import { Finisher } from './finisher.ts';
import { claimLooks, type Look, parkTask } from './looks.store.ts';
import { createRemoteWrites, type RemoteOptions } from './remote.ts';
import { Verdicts } from './verdicts.ts';

export const MODEL = 'bytedance/seedance1-0-pro-t2v';
const BODY = { model: MODEL, input: { prompt: 'a cat', resolution: '480p', duration: 5 } };
/** What the body costs. */
export const HOLD = 24_300_000n;
const HOUR_MS = 3_600_000;
const LEASE_MS = 60_000;
const CLAIMED_MAX = 200;

/** The outcome of each call of a provider, until the test sets another one. */
export interface Outcomes {
  start: StartOutcome;
  poll: PollOutcome;
  find: FindOutcome;
  cancel: CancelOutcome;
}

type Call = keyof Outcomes;

/** A provider of the contract that answers from a map of outcomes, and records what it was asked. */
export class ScriptedProvider {
  readonly outcomes = new Map<Call, Outcomes[Call]>();
  readonly asked: Call[] = [];
  readonly provider: Provider;

  constructor() {
    this.provider = {
      ...ark,
      facts: { ...ark.facts, recovery: { kind: 'find', visibleAfterSeconds: 5 } },
      pollMany: undefined,
      start: async () => this.#answer('start'),
      poll: async () => this.#answer('poll'),
      find: async () => this.#answer('find'),
      cancel: async () => this.#answer('cancel'),
    };
  }

  say<Name extends Call>(call: Name, outcome: Outcomes[Name]): void {
    this.outcomes.set(call, outcome);
  }

  #answer<Name extends Call>(call: Name): Outcomes[Name] {
    this.asked.push(call);
    const outcome = this.outcomes.get(call);
    if (!outcome) throw new Error(`the test sets no outcome of ${call}`);
    return outcome as Outcomes[Name];
  }
}

/** What became of a task and of its last attempt. */
export interface Story {
  state: string;
  error: string | null;
  message: string | null;
  captured: bigint | null;
  files: number;
  attempt: string;
  reason: string | null;
  detail: string | null;
  ended: boolean;
  attempts: number;
  loss: bigint | null;
  /** Milliseconds until it can be claimed again; null while a worker has it, it rests at its provider, or has ended. */
  backMs: number | null;
  events: string[];
}

export interface Stage {
  api: TestApi;
  options: RemoteOptions;
  script: ScriptedProvider;
  /** Where the finisher saw an outcome. */
  seen: { provider: Provider; context: CallContext };
  credentialId: string;
  verdicts: Verdicts;
  finisher: Finisher;
  /** Troubles that were reported of accounts. */
  troubles: Failure[];
  /** Models whose template was taken out of the list. */
  retired: string[];
  /** Called with each claim that the finisher makes. */
  onHold: { call: (claim: Claim) => void };
  /** A task that this test has claimed and whose provider works on it. */
  claimed(): Promise<TaskRow>;
  /** A task that rests while its provider works on it. */
  resting(attempt?: 'accepted' | 'unknown' | 'intent'): Promise<string>;
  /** Ends a task whose attempt is still open, as if its time were over. */
  endTask(id: string, state?: 'expired' | 'cancelled'): Promise<void>;
  /** Claims a look at the attempt of a task. */
  look(id: string): Promise<Look>;
  /** Moves a time of the attempt back. */
  age(id: string, column: AgedColumn, seconds: number): Promise<void>;
  storyOf(id: string): Promise<Story>;
}

type AgedColumn = 'made_at' | 'unreadable_at' | 'created_at' | 'intent_at';

/** Sets the stage for the calling test file. */
export async function createStage(): Promise<Stage> {
  const api = await createTestApi({ REELAY_UNREADABLE_MINUTES_MAX: '15' });
  const { core } = api;
  const { pool } = core;
  const { id: credentialId } = await core.credentials.add({
    provider: 'ark',
    fields: { api_key: 'key-of-the-test' },
  });
  // A second offer is always able to take each task.
  await core.credentials.add({ provider: 'fal', fields: { api_key: 'key-of-the-test' } });
  const caller = await api.openAccount({ mode: 'live', credits: '100000' });
  const script = new ScriptedProvider();
  const context = { credential: { id: credentialId, fields: {} } } as unknown as CallContext;
  const seen = { provider: script.provider, context };
  const troubles: Failure[] = [];
  const retired: string[] = [];
  const remote = createRemote(core);
  const options: RemoteOptions = {
    ...remote,
    retireTemplate: async (model) => void retired.push(model),
    credentials: Object.assign(Object.create(remote.credentials), {
      list: () => core.credentials.list(),
      connect: async () => seen,
      reportAnswer: () => undefined,
      reportTrouble: async (_id: string, failure: Failure) => void troubles.push(failure),
    }) as typeof remote.credentials,
  };
  const onHold: Stage['onHold'] = { call: () => undefined };
  const verdicts = new Verdicts(options);
  const keeper = { nodeId: newId(), hold: (claim: Claim) => onHold.call(claim), wake: () => undefined };
  const writes = createRemoteWrites(pool);
  const { signal: stopping } = new AbortController();
  const finisher = new Finisher({ options, writes, verdicts, keeper, stopping });

  async function claimed(state = 'accepted'): Promise<TaskRow> {
    const made = await api.create(caller, BODY);
    const tasks = await claimTasks(pool, { nodeId: newId(), limit: CLAIMED_MAX, leaseMs: LEASE_MS });
    const task = tasks.find(({ id }) => id === made.data.task_id);
    if (!task) throw new Error('the task was not claimed');
    await pool.query(
      `update attempts set state = $3, provider = 'ark', offer = 'ark', credential_id = $2, intent_at = now(),
         reference = case when $3 = 'accepted' then '{"id":"x"}'::json end where task_id = $1`,
      [task.id, credentialId, state],
    );
    return task;
  }

  return {
    api,
    options,
    script,
    seen,
    credentialId,
    verdicts,
    finisher,
    troubles,
    retired,
    onHold,
    claimed: () => claimed(),
    async resting(attempt = 'accepted') {
      const task = await claimed(attempt);
      await parkTask(pool, task, { epoch: task.epoch, lookMs: HOUR_MS });
      return task.id;
    },
    async endTask(id, state = 'expired') {
      const error = state === 'expired' ? 'task_expired' : 'task_cancelled';
      await core.settler.fail(await api.readTask(id), { state, error, message: 'over' });
    },
    async look(id) {
      await pool.query('update attempts set look_at = now() where task_id = $1', [id]);
      const looks = await claimLooks(pool, [{ credentialId, room: CLAIMED_MAX, intervalMinMs: HOUR_MS }]);
      const look = looks.find(({ task_id }) => task_id === id);
      if (!look) throw new Error('there is nothing to look at');
      return look;
    },
    async age(id, column, seconds) {
      await pool.query(
        `update attempts set ${column} = ${column} - $2 * interval '1 second' where task_id = $1`,
        [id, seconds],
      );
    },
    storyOf: (id) => readStory(api, id),
  };
}

async function readStory({ core }: TestApi, id: string): Promise<Story> {
  const { rows } = await core.pool.query<Story & JsonObject>(
    `select t.state, t.result_error as error, t.result_message as message, t.captured,
       json_array_length(coalesce(t.outputs, '[]')) as files,
       a.state as attempt, a.reason, a.detail, a.ended_at is not null as ended,
       (select count(*)::integer from attempts where task_id = t.id) as attempts,
       (select -sum(f.amount)::bigint from transfers f where f.task_id = t.id and f.kind = 'loss') as loss,
       case when t.completed_at is null and t.node_id is null and t.due_at < t.deadline_at
         then extract(epoch from t.due_at - now())::double precision * 1000 end as "backMs",
       array(select e.name from task_events e where e.task_id = t.id order by e.id) as events
     from tasks t join attempts a on a.task_id = t.id where t.id = $1 order by a.epoch desc limit 1`,
    [id],
  );
  return rows[0];
}
