// The checker itself: it finds nothing in a run without a fault, and finds each fault that is put into one. A
// checker that passes a broken run would make every crash test worthless.
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Receipt } from '../stage/receiver.ts';
import { check, type Evidence, PROMISES } from './checker.ts';
import type { Kind, Operation } from './client.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const PRICE = 2;
const OPENING = 100;

const ENDS: { kind: Kind; id: string; status: string; error?: string; credits: number }[] = [
  { kind: 'plain', id: 'task-a', status: 'success', credits: PRICE },
  { kind: 'moderation', id: 'task-b', status: 'failed', error: 'content_refused', credits: 0 },
  { kind: 'duplicate', id: 'task-c', status: 'success', credits: PRICE },
];

function taskOf({ id, status, error, credits }: (typeof ENDS)[number]): string {
  const result = { ...(error === undefined ? {} : { error }), message: status, media_urls: [] };
  return JSON.stringify({ task_id: id, status, result, credits });
}

function operationsOf(end: (typeof ENDS)[number]): Operation[] {
  const { kind: key, id: taskId, status } = end;
  return [
    { at: 0, op: 'create', outcome: 'invoke', key },
    { at: 1, op: 'create', outcome: 'info', key, reason: 'ECONNRESET' },
    { at: 2, op: 'create', outcome: 'ok', key, taskId },
    { at: 3, op: 'read', outcome: 'ok', key, taskId, status: 'pending' },
    { at: 4, op: 'read', outcome: 'ok', key, taskId, status: 'running' },
    { at: 6, op: 'read', outcome: 'ok', key, taskId, status, task: taskOf(end) },
  ];
}

function receiptOf(end: (typeof ENDS)[number], status = 200): Receipt {
  const body = taskOf(end);
  const at = new Date();
  const id = `id-of-${end.id}`;
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(SECRET).sign(id, at, body),
  };
  return { path: `/open/${end.kind}`, headers, body, status };
}

/** A correct run: one kill, one refused callback, two successes and a failure. */
function goodRun(): Evidence {
  const [plain, moderation, duplicate] = ENDS;
  return {
    orders: ENDS.map(({ kind }) => ({ key: kind, kind, body: '{}', shy: false })),
    operations: ENDS.flatMap(operationsOf),
    receipts: [
      receiptOf(plain, 500),
      receiptOf(plain),
      receiptOf(moderation),
      receiptOf(duplicate),
      receiptOf(duplicate),
    ],
    finals: new Map(ENDS.map((end) => [end.id, taskOf(end)])),
    listed: ENDS.map(({ id }) => id),
    statement: [
      { id: '1', kind: 'capture', credits: -PRICE, task_id: 'task-a' },
      { id: '2', kind: 'capture', credits: -PRICE, task_id: 'task-c' },
      { id: '0', kind: 'grant', credits: OPENING, task_id: null },
    ],
    balance: { balance: OPENING - 2 * PRICE, held: 0 },
    opening: OPENING,
    price: PRICE,
    secret: SECRET,
    kills: [5],
  };
}

/** Each fault, by the promise that it breaks. */
const FAULTS: Record<string, Record<string, (run: Evidence) => void>> = {
  'no accepted task is lost': {
    'a task that was answered is gone': (run) => run.finals.set('task-a', undefined),
    'an order was never answered': (run) => {
      run.operations = run.operations.filter(({ op, key }) => op !== 'create' || key !== 'plain');
    },
  },
  'one idempotency key makes one task': {
    'a repeated order got another task': (run) =>
      run.operations.push({ at: 9, op: 'create', outcome: 'ok', key: 'plain', taskId: 'task-d' }),
    'an unknown task is listed': (run) => run.listed.push('task-d'),
    'a task is missing from the list': (run) => run.listed.pop(),
  },
  'no request is refused for the sake of a crash': {
    'a read was answered with 500': (run) =>
      run.operations.push({ at: 9, op: 'read', outcome: 'fail', key: 'plain', reason: '500 internal' }),
  },
  'no status goes back, and nothing changes after the end': {
    'a running task is pending again': (run) =>
      run.operations.splice(5, 0, {
        at: 5,
        op: 'read',
        outcome: 'ok',
        key: 'plain',
        taskId: 'task-a',
        status: 'pending',
      }),
    'the address of a result changes': (run) =>
      run.operations.push({
        at: 9,
        op: 'read',
        outcome: 'ok',
        key: 'plain',
        taskId: 'task-a',
        status: 'success',
        task: taskOf(ENDS[0]).replace('[]', '["another"]'),
      }),
  },
  'the end that was seen is the end that stays': {
    'the task object is another one in the end': (run) =>
      run.finals.set('task-a', taskOf(ENDS[0]).replace('"message":"success"', '"message":"other"')),
  },
  'each task ends as its order says': {
    'a task that could not fail has failed': (run) =>
      run.finals.set('task-a', taskOf({ ...ENDS[0], status: 'failed', error: 'generation_failed' })),
    'a task was given up after fewer kills than that takes': (run) =>
      run.finals.set(
        'task-a',
        taskOf({ ...ENDS[0], status: 'failed', error: 'generation_failed' }).replace(
          '"message":"failed"',
          '"message":"Given up after 5 attempts"',
        ),
      ),
  },
  'a success is charged once, all else is free, and nothing stays held': {
    'a task is charged twice': (run) =>
      run.statement.push({ id: '3', kind: 'capture', credits: -PRICE, task_id: 'task-a' }),
    'a success is free': (run) => run.statement.shift(),
    'a failure is charged': (run) =>
      run.statement.push({ id: '3', kind: 'capture', credits: -PRICE, task_id: 'task-b' }),
    'a hold is left': (run) => {
      run.balance.held = PRICE;
    },
    'the balance is not what the statement says': (run) => {
      run.balance.balance += 1;
    },
  },
  'each end is reported to its receiver at least once': {
    'a callback never came': (run) => {
      run.receipts = run.receipts.filter(({ path }) => path !== '/open/moderation');
    },
    'a callback was refused and never came again': (run) => {
      run.receipts.splice(1, 1);
    },
    'a callback that was to come twice came once': (run) => run.receipts.pop(),
  },
  'each callback is signed, under one id, and says what the task says': {
    'the second try has another id': (run) => {
      run.receipts[1] = {
        ...run.receipts[1],
        headers: { ...run.receipts[1].headers, 'webhook-id': 'other' },
      };
    },
    'the body says something else': (run) => {
      run.receipts[1] = { ...run.receipts[1], body: run.receipts[1].body.replace('success', 'failed') };
    },
    'the signature is of another secret': (run) => {
      run.secret = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    },
  },
};

describe('the checker', () => {
  it('finds nothing in a run without a fault', () => {
    expect(check(goodRun())).toEqual([]);
  });

  it('excuses a task that was given up only if its process was killed often enough', () => {
    const run = goodRun();
    FAULTS['each task ends as its order says']['a task was given up after fewer kills than that takes'](run);
    run.kills = [1, 2, 3, 4, 5];
    expect(check(run).filter(({ promise }) => promise === 'each task ends as its order says')).toEqual([]);
  });

  for (const promise of Object.keys(PROMISES)) {
    it.each(Object.entries(FAULTS[promise] ?? { 'no fault is defined': () => undefined }))(
      `sees "${promise}" broken when %s`,
      (_title, spoil) => {
        const run = goodRun();
        spoil(run);
        expect(check(run).map((violation) => violation.promise)).toContain(promise);
      },
    );
  }
});
