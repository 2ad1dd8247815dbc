// A claim of a draft, from the look at its last attempt to its end or its release, each way once. The renderer answers as
// the test says; all else is real.
import { beforeEach, describe, expect, it } from 'vitest';
import { claimTasks } from '../dispatch/testing.ts';
import { createTestApi } from '../http/testing.ts';
import { newId } from '../lib/ids.ts';
import { makeMedia } from '../lib/testing-media.ts';
import type {
  FailureReason,
  FindOutcome,
  LocalProvider,
  PollOutcome,
  Reference,
  StartOutcome,
} from '../providers/contract.ts';
import { DraftProvider } from '../providers/draft/draft.ts';
import { listEvents } from '../tasks/attempts.store.ts';
import type { TaskRow } from '../tasks/task.ts';
import { Follow } from './follow.ts';
import { ATTEMPTS_MAX } from './outcome.ts';
import { ProgressReports } from './progress.ts';

const api = await createTestApi();
const { pool, files, settler, changes, log, clock, catalog } = api.core;
const caller = await api.openAccount({ credits: '2000' });
const BODY = { model: 'vidu/q1-r2v', input: { prompt: 'x', img_urls: ['https://example.com/a.jpg'] } };
const ACCEPTED: StartOutcome = { type: 'accepted', reference: { id: 'x' } };
const LEASE_MS = 60_000;

/** Called when the renderer is asked; returns its answer. */
type Poll = () => PollOutcome | Promise<PollOutcome>;

/**
 * What the renderer answers: to a start and a search always the same, to looks one after the other, the last one
 * repeated.
 */
let answers: { start: StartOutcome; find: FindOutcome; polls: Poll[] };
let asked: string[] = [];

const scripted: LocalProvider = Object.assign(Object.create(DraftProvider.prototype), {
  async start() {
    asked.push('start');
    return answers.start;
  },
  async find() {
    asked.push('find');
    return answers.find;
  },
  async poll() {
    const [next, ...later] = answers.polls;
    if (later.length > 0) answers.polls = later;
    return next();
  },
  async cancel() {
    asked.push('cancel');
    return { type: 'stopped' };
  },
  async forget(_reference: Reference) {
    asked.push('forget');
  },
  changed: async () => undefined,
});

beforeEach(() => {
  asked = [];
  answers = { start: ACCEPTED, find: { type: 'none' }, polls: [() => ({ type: 'running' })] };
});

/** Claims the task again, as after a release. */
async function claim(id: string): Promise<TaskRow> {
  await pool.query('update tasks set due_at = now() where id = $1', [id]);
  const tasks = await claimTasks(pool, { nodeId: newId(), limit: 200, leaseMs: LEASE_MS });
  const task = tasks.find((one) => one.id === id);
  if (!task) throw new Error('the task was not claimed');
  return task;
}

async function claimNew(): Promise<TaskRow> {
  return claim(String((await api.create(caller, BODY)).data.task_id));
}

function follow(task: TaskRow): Follow {
  const options = {
    ...{ pool, files, settler, changes, log, clock },
    fillInput: catalog.fillInput.bind(catalog),
    modalityOf: catalog.modalityOf.bind(catalog),
    callbackCopies: () => 1,
  };
  return new Follow(options, task, {
    provider: scripted,
    progress: new ProgressReports(options),
    needsRender: true,
  });
}

/** Follows a new task whose renderer gives this answer to its first look. */
async function followTo(poll: PollOutcome) {
  const task = await claimNew();
  answers.polls = [() => poll];
  await follow(task).run();
  return storyOf(task.id);
}

function failedBy(reason: FailureReason, retryAfterSeconds?: number): PollOutcome {
  return { type: 'failed', failure: { reason, message: 'words', retryAfterSeconds } };
}

async function success(): Promise<PollOutcome> {
  const path = await files.stageBytes(makeMedia('video/mp4', 4_096));
  const outputs = [{ kind: 'video' as const, contentType: 'video/mp4', path }];
  return { type: 'succeeded', success: { outputs, usage: {}, modelVersion: 'scripted-1' } };
}

async function storyOf(id: string) {
  const { rows } = await pool.query(
    `select t.state, t.result_error as error, t.result_message as message, t.captured = t.price as charged,
       json_array_length(coalesce(t.outputs, '[]')) as files, a.state as attempt, a.detail, a.ended_at is not null as ended,
       (select count(*)::integer from attempts where task_id = t.id) as attempts,
       case when t.completed_at is null and t.node_id is null
         then extract(epoch from t.due_at - now())::double precision * 1000 end as "backMs"
     from tasks t join attempts a on a.task_id = t.id where t.id = $1 order by a.epoch desc limit 1`,
    [id],
  );
  return rows[0];
}

describe('a draft', () => {
  it('is rendered, stored and charged, and its leftovers are removed', async () => {
    const task = await claimNew();
    answers.polls = [() => ({ type: 'queued' }), () => ({ type: 'running', progress: 0.5 }), success];
    await follow(task).run();
    expect(await storyOf(task.id)).toMatchObject({
      state: 'succeeded',
      charged: true,
      files: 1,
      attempt: 'succeeded',
      ended: true,
    });
    expect(asked).toEqual(['start', 'forget']);
  });

  it('has its progress reported once for each tenth of the way', async () => {
    const task = await claimNew();
    const running = [0, 0.1, 0.15, 0.5, 0.55].map(
      (progress) => () => ({ type: 'running', progress }) as const,
    );
    answers.polls = [...running, success];
    await follow(task).run();
    const events = await listEvents(pool, task.id, 0n);
    const percents = events.flatMap(({ name, detail }) =>
      name === 'task.progress' ? [detail?.percent] : [],
    );
    expect(percents).toEqual([10, 50]);
  });

  it.each([
    ['invalid_input', 'failed', 'input_unusable'],
    ['content_refused', 'failed', 'content_refused'],
    ['template_gone', 'failed', 'input_unusable'],
    ['timed_out', 'expired', 'task_expired'],
    ['cancelled', 'failed', 'task_cancelled'],
    ['failed', 'failed', 'generation_failed'],
  ] as const)('that fails by %s ends as %s with %s', async (reason, state, error) => {
    const story = await followTo(failedBy(reason));
    expect(story).toMatchObject({ state, error, message: 'words', charged: false });
    expect(story).toMatchObject({ attempt: 'failed', ended: true });
  });

  it.each(['rate_limited', 'quota_exhausted', 'bad_credentials', 'unavailable', 'unreadable'] as const)(
    'that fails by %s is rendered again after a pause',
    async (reason) => {
      const story = await followTo(failedBy(reason, 600));
      expect(story).toMatchObject({ state: 'running', attempt: 'failed', ended: true });
      expect(story.backMs).toBeGreaterThan(300_000);
    },
  );

  it('that is refused ends, and nothing is looked at', async () => {
    const task = await claimNew();
    answers.start = { type: 'rejected', failure: { reason: 'invalid_input', message: 'words' } };
    await follow(task).run();
    expect(await storyOf(task.id)).toMatchObject({ error: 'input_unusable', attempt: 'rejected' });
    expect(asked).toEqual(['start']);
  });

  it('past its deadline ends, and its render is stopped', async () => {
    const task = await claimNew();
    await follow({ ...task, deadline_at: new Date(clock()) }).run();
    expect(await storyOf(task.id)).toMatchObject({ state: 'expired', error: 'task_expired', ended: true });
    expect(asked).toEqual(['start', 'cancel', 'forget']);
  });

  it('is not begun a sixth time', async () => {
    const task = await claimNew();
    await pool.query(
      `insert into attempts (task_id, epoch, provider, offer, account_id, key_id, model, usual_seconds, state, ended_at)
       select task_id, -n, 'draft', 'draft', account_id, key_id, model, 1, 'failed', now()
       from attempts, generate_series(1, $2) n where task_id = $1`,
      [task.id, ATTEMPTS_MAX],
    );
    await follow(task).run();
    expect(await storyOf(task.id)).toMatchObject({ state: 'failed', error: 'generation_failed' });
    expect(asked).toEqual([]);
  });
});

describe('a draft whose answer was lost', () => {
  async function lose(): Promise<string> {
    const task = await claimNew();
    answers.start = { type: 'unknown', detail: 'no answer' };
    await follow(task).run();
    expect(await storyOf(task.id)).toMatchObject({ state: 'running', attempt: 'unknown', ended: false });
    asked = [];
    return task.id;
  }

  it('is followed when it is found, and not started a second time', async () => {
    const id = await lose();
    answers.find = { type: 'found', reference: { id: 'x' } };
    answers.polls = [success];
    await follow(await claim(id)).run();
    expect(await storyOf(id)).toMatchObject({ state: 'succeeded', attempts: 1, charged: true });
    expect(asked).toEqual(['find', 'forget']);
  });

  it('is released when nothing runs', async () => {
    const id = await lose();
    await follow(await claim(id)).run();
    const story = await storyOf(id);
    expect(story).toMatchObject({ state: 'running', attempt: 'abandoned', ended: true, attempts: 1 });
    expect(story.backMs).toBeLessThanOrEqual(0);
  });

  it('that died with an earlier process is begun again, and does not count as a try', async () => {
    const task = await claimNew();
    answers.polls = [
      async () => {
        await pool.query('update tasks set epoch = epoch + 1 where id = $1', [task.id]);
        return failedBy('failed');
      },
    ];
    await follow(task).run();
    expect(await storyOf(task.id)).toMatchObject({ state: 'running', attempt: 'accepted', ended: false });
    answers.polls = [() => failedBy('lost')];
    await follow(await claim(task.id)).run();
    expect(await storyOf(task.id)).toMatchObject({ state: 'running', attempt: 'abandoned', ended: true });
  });
});

describe('a claim that is stopped', () => {
  /** Stops the claim while its draft is rendered. */
  async function stopWhileRendering(reason: 'cancel' | 'overtaken' | 'shutdown') {
    const task = await claimNew();
    const claim = follow(task);
    answers.polls = [
      () => {
        claim.stop(reason);
        return { type: 'running' };
      },
    ];
    await claim.run();
    return storyOf(task.id);
  }

  it('by its client ends the task, and the render', async () => {
    const story = await stopWhileRendering('cancel');
    expect(story).toMatchObject({ state: 'cancelled', error: 'task_cancelled', attempt: 'abandoned' });
    expect(asked).toEqual(['start', 'cancel', 'forget']);
  });

  it('by the end of its process releases the task with its attempt', async () => {
    const story = await stopWhileRendering('shutdown');
    expect(story).toMatchObject({ state: 'running', attempt: 'accepted', ended: false });
    expect(story.backMs).toBeLessThanOrEqual(0);
  });

  it('because another one has the task writes nothing', async () => {
    const story = await stopWhileRendering('overtaken');
    expect(story).toMatchObject({ state: 'running', attempt: 'accepted', ended: false, backMs: null });
  });

  it('before it began starts nothing', async () => {
    const task = await claimNew();
    await follow({ ...task, cancel_requested_at: new Date(clock()) }).run();
    expect(await storyOf(task.id)).toMatchObject({ state: 'cancelled', error: 'task_cancelled' });
    expect(asked).toEqual([]);
  });
});
