// The form of stored tasks in the Crun API.
import { expect, it } from 'vitest';
import type { TaskView } from '../../tasks/task.ts';
import { renderTask, statesOf } from './task-object.ts';

const ROW: TaskView = {
  id: '0192f000-0000-7000-8000-000000000001',
  book: 'test',
  model: 'reelay/draft-t2v',
  input: '{"prompt":"a city", "seed":1.0}',
  sent: null,
  callback_url: null,
  source: 'api',
  metadata: null,
  state: 'storing',
  price: 1_500_000n,
  captured: null,
  provider: null,
  model_version: null,
  result_error: null,
  result_message: null,
  result_usage: null,
  outputs: null,
  created_at: new Date(1_800_000_000_000),
  started_at: new Date(1_800_000_001_000),
  completed_at: null,
};
const linkTo = () => 'https://files.example.com/x';

it('shows four states, and finds every stored state behind them', () => {
  const stored = ['pending', 'running', 'success', 'failed'].flatMap(statesOf);
  expect(stored.toSorted()).toEqual([
    'cancelled',
    'expired',
    'failed',
    'pending',
    'running',
    'storing',
    'succeeded',
  ]);
  expect(statesOf('failed').toSorted()).toEqual(['cancelled', 'expired', 'failed']);
  expect(statesOf('done')).toEqual([]);
});

it('has the text of the input as it was sent, and what an answer adds is at its end', () => {
  const plain = renderTask(ROW, linkTo);
  expect(plain).toBe(
    '{"task_id":"0192f000-0000-7000-8000-000000000001","provider":"draft","model_version":"draft-t2v",' +
      '"status":"running","param":{"model":"reelay/draft-t2v","callback_url":null,' +
      '"input":{"prompt":"a city", "seed":1.0}},"create_at":1800000000,"result":null,"credits":1.5,' +
      '"duration_s":null,"complete_at":null,"source":"api"}',
  );
  const start = plain.slice(0, -1);
  expect(renderTask(ROW, linkTo, { position: 3 })).toBe(`${start},"position":3}`);
  expect(renderTask(ROW, linkTo, { warnings: [] })).toBe(plain);
  expect(renderTask(ROW, linkTo, { warnings: ['a "b"'] })).toBe(`${start},"warnings":["a \\"b\\""]}`);
});
