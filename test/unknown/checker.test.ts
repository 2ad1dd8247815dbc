// The checker itself: it finds nothing in a run without a fault, and finds each fault that is put into one. A
// checker that passes a broken run would make the whole proof worthless.
import { describe, expect, it } from 'vitest';
import type { AcceptedJob } from '../../emulators/core/accepted-log.ts';
import { check, PROMISES } from './checker.ts';
import type { Attempt, Evidence, Task } from './evidence.ts';
import type { Route } from './routes.ts';

const PRICE = '10000000';

function idOf(number: number): string {
  return `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
}

function jobOf(
  provider: Route,
  number: number,
  epoch: number,
  { at = epoch, jobId = `job-${number}-${epoch}` } = {},
): AcceptedJob {
  const name = `${idOf(number).replaceAll('-', '')}-${epoch}`;
  const tokens: Record<Route, string> = {
    ark: `rl-${name}`,
    vidu: `rl-${name}`,
    kling: `rl-${name}`,
    fal: `http://127.0.0.1:8787/hooks/fal/${name}-${'0'.repeat(32)}?fal_endpoint=x`,
    'openai-videos': `A quiet sea, order-${number}.`,
  };
  const token = tokens[provider];
  return { at, provider, jobId, credential: 'cret', token, model: 'm', bodySha256: '' };
}

function attemptOf(number: number, epoch: number, changes: Partial<Attempt>): Attempt {
  return {
    taskId: idOf(number),
    epoch,
    provider: 'kling',
    state: 'succeeded',
    reason: null,
    detail: null,
    reference: `{"id":"job-${number}-${epoch}"}`,
    wasUnknown: false,
    ...changes,
  };
}

interface Planned {
  route: Route;
  task?: Partial<Task>;
  attempts: Partial<Attempt>[];
  /** The provider of each job, by the number of its attempt. */
  jobs: [Route, number][];
  loss?: true;
}

const GIVEN_UP: Partial<Task> = { state: 'failed', error: 'outcome_unknown', captured: '0', outputs: 0 };
const LOST = { state: 'unknown', reference: null, wasUnknown: true } as const;

/** One correct order of each kind of story. */
const SOUND: Record<string, Planned> = {
  plain: { route: 'kling', attempts: [{}], jobs: [['kling', 1]] },
  found: { route: 'ark', attempts: [{ provider: 'ark', wasUnknown: true }], jobs: [['ark', 1]] },
  'found by callback': {
    route: 'fal',
    attempts: [{ provider: 'fal', wasUnknown: true }],
    jobs: [['fal', 1]],
  },
  'never found': {
    route: 'openai-videos',
    task: GIVEN_UP,
    attempts: [{ ...LOST, provider: 'openai-videos' }],
    jobs: [['openai-videos', 1]],
  },
  'callback lost': {
    route: 'fal',
    task: GIVEN_UP,
    attempts: [{ ...LOST, provider: 'fal' }],
    jobs: [['fal', 1]],
  },
  'moved on': {
    route: 'kling',
    attempts: [
      { state: 'failed', wasUnknown: true },
      { provider: 'vidu', epoch: 2 },
    ],
    jobs: [
      ['kling', 1],
      ['vidu', 2],
    ],
  },
  'proved not to be': {
    route: 'kling',
    attempts: [
      {
        state: 'abandoned',
        reference: null,
        wasUnknown: true,
        detail: 'the provider has no such job: nothing',
      },
      { epoch: 2 },
    ],
    jobs: [['kling', 2]],
  },
  late: {
    route: 'vidu',
    task: GIVEN_UP,
    attempts: [{ provider: 'vidu', wasUnknown: true }],
    jobs: [['vidu', 1]],
    loss: true,
  },
};

const NUMBERS = Object.fromEntries(Object.keys(SOUND).map((name, at) => [name, at + 1]));

function gatherFrom(stories: Record<string, Planned> = SOUND): Evidence {
  const evidence: Evidence = {
    orders: [],
    refusals: [],
    tasks: [],
    attempts: [],
    accepted: [],
    heard: new Set(['job-3-1']),
    charges: new Map(),
    losses: new Map(),
    held: '0',
    audit: [],
    incidents: [],
  };
  const orders = Object.entries(stories).map(([name, { route, task, attempts, jobs, loss }]) => {
    const number = NUMBERS[name];
    const id = idOf(number);
    const key = `order-${number}.`;
    const end = { state: 'succeeded', error: null, captured: PRICE, outputs: 1, hasEnded: true, ...task };
    evidence.tasks.push({ id, key, price: PRICE, ...end });
    attempts.forEach((attempt, at) => {
      evidence.attempts.push(attemptOf(number, attempt.epoch ?? at + 1, attempt));
    });
    evidence.accepted.push(...jobs.map(([provider, epoch]) => jobOf(provider, number, epoch)));
    if (end.captured !== '0') (evidence.charges as Map<string, string[]>).set(id, [String(end.captured)]);
    if (loss) (evidence.losses as Map<string, number>).set(id, 1);
    return { key, row: name, route, taskIds: new Set([id]) };
  });
  return { ...evidence, orders };
}

/** The correct run with one story changed. */
function change(name: keyof typeof SOUND, edit: (planned: Planned) => Planned): Evidence {
  return gatherFrom({ ...SOUND, [name]: edit(SOUND[name]) });
}

function broken(evidence: Evidence): string[] {
  return [...new Set(check(evidence).map(({ promise }) => promise))];
}

const [ONE_TASK, OURS, ATTEMPT_TWICE, TASK_TWICE, MOVED, LIGHT, ENDS, MONEY, HELD, INCIDENTS] =
  Object.keys(PROMISES);

describe('the checker', () => {
  it('finds nothing in a correct run', () => {
    expect(check(gatherFrom())).toEqual([]);
  });

  const plain = idOf(NUMBERS.plain);
  const withOrders = (change: (ids: Set<string>) => void): Evidence => {
    const evidence = gatherFrom();
    change(evidence.orders[0].taskIds);
    return evidence;
  };

  it.each<[string, string, () => Evidence]>([
    [ONE_TASK, 'a key that made two tasks', () => withOrders((ids) => ids.add('another'))],
    [ONE_TASK, 'an order that was never answered', () => withOrders((ids) => ids.clear())],
    [ONE_TASK, 'an order that was refused', () => ({ ...gatherFrom(), refusals: ['order-1. was refused'] })],
    [
      OURS,
      'a job of an unknown task',
      () => {
        const evidence = gatherFrom();
        return { ...evidence, accepted: [...evidence.accepted, jobOf('ark', 999, 1)] };
      },
    ],
    [
      ATTEMPT_TWICE,
      'two jobs of one attempt',
      () => {
        const evidence = gatherFrom();
        const again = jobOf('kling', NUMBERS.plain, 1, { jobId: 'again' });
        return { ...evidence, accepted: [...evidence.accepted, again] };
      },
    ],
    [
      ATTEMPT_TWICE,
      'two jobs of one task at a provider that gets no token',
      () => {
        const evidence = gatherFrom();
        const again = jobOf('openai-videos', NUMBERS['never found'], 1, { jobId: 'again' });
        return { ...evidence, accepted: [...evidence.accepted, again] };
      },
    ],
    [
      TASK_TWICE,
      'a second job while the first may run',
      () => change('moved on', (planned) => ({ ...planned, attempts: [LOST, planned.attempts[1]] })),
    ],
    [
      TASK_TWICE,
      'a second job after a wrong "there is none"',
      () =>
        change('proved not to be', (planned) => ({
          ...planned,
          jobs: [
            ['kling', 1],
            ['kling', 2],
          ],
        })),
    ],
    [
      MOVED,
      'a task that moved on from an unknown attempt',
      () =>
        change('never found', (planned) => ({
          ...planned,
          attempts: [...planned.attempts, { provider: 'kling', state: 'rejected', reference: null }],
        })),
    ],
    [
      LIGHT,
      'an accepted job that was looked up and never found',
      () =>
        change('found', (planned) => ({
          ...planned,
          task: GIVEN_UP,
          attempts: [{ ...LOST, provider: 'ark' }],
        })),
    ],
    [
      LIGHT,
      'an accepted job that counts as refused',
      () =>
        change('plain', (planned) => ({
          ...planned,
          task: { ...GIVEN_UP, error: 'generation_failed' },
          attempts: [{ state: 'rejected', reference: null }],
        })),
    ],
    [
      LIGHT,
      'a callback that arrived and changed nothing',
      () => ({
        ...gatherFrom(),
        heard: new Set([`job-${NUMBERS['callback lost']}-1`]),
      }),
    ],
    [
      LIGHT,
      'a known job that no provider has',
      () => change('plain', (planned) => ({ ...planned, jobs: [] })),
    ],
    [
      ENDS,
      'a task that has not ended',
      () => change('plain', (planned) => ({ ...planned, task: { state: 'running', hasEnded: false } })),
    ],
    [
      ENDS,
      'a task that failed though its job succeeded',
      () => change('plain', (planned) => ({ ...planned, task: { ...GIVEN_UP, error: 'generation_failed' } })),
    ],
    [
      ENDS,
      'a task that succeeded though its job failed',
      () => change('plain', (planned) => ({ ...planned, attempts: [{ state: 'failed' }] })),
    ],
    [
      ENDS,
      'a task that succeeded without a file',
      () => change('plain', (planned) => ({ ...planned, task: { outputs: 0 } })),
    ],
    [
      ENDS,
      'a task that expired',
      () => change('plain', (planned) => ({ ...planned, task: { ...GIVEN_UP, state: 'expired' } })),
    ],
    [MONEY, 'a charge without a transfer', () => ({ ...gatherFrom(), charges: new Map() })],
    [
      MONEY,
      'a task that was charged twice',
      () => ({
        ...gatherFrom(),
        charges: new Map([...gatherFrom().charges, [plain, [PRICE, PRICE]]]),
      }),
    ],
    [
      MONEY,
      'a success that was not charged',
      () => change('plain', (planned) => ({ ...planned, task: { captured: '0' } })),
    ],
    [MONEY, 'a late success that was not booked', () => ({ ...gatherFrom(), losses: new Map() })],
    [
      MONEY,
      'a loss without a late success',
      () => ({
        ...gatherFrom(),
        losses: new Map([...gatherFrom().losses, [plain, 1]]),
      }),
    ],
    [HELD, 'credits that stay held', () => ({ ...gatherFrom(), held: '1' })],
    [HELD, 'a ledger that is not sound', () => ({ ...gatherFrom(), audit: [{ rule: 'L1' }] })],
    [INCIDENTS, 'a process that ended on its own', () => ({ ...gatherFrom(), incidents: ['worker ended'] })],
  ])('says that "%s" is broken by %s', (promise, _what, make) => {
    expect(broken(make())).toContain(promise);
  });
});
