import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let text = '';
  write(createLog('info', {}, { write: (line) => (text += line) }));
  return text;
}

test('an error of the database is logged with its code and without the values of the row', () => {
  const error = Object.assign(new Error('new row violates check constraint "tasks_check"'), {
    code: '23514',
    detail: 'Failing row contains (1, {"prompt": "a secret wish"}).',
    where: 'JSON data, line 1: {"prompt": "a secret wish"',
  });
  const text = logged((log) => log.error({ err: error }, 'request.failed'));
  expect(text).toContain('23514');
  expect(text).toContain('tasks_check');
  expect(text).not.toContain('secret wish');
});

test('of an object that a library hangs on an error nothing is logged, also in a group of errors', () => {
  const lost = Object.assign(new Error('terminating connection'), {
    code: '57P01',
    client: { connectionParameters: { user: 'an operator', password: 'hunter2' } },
  });
  const text = logged((log) =>
    log.warn({ err: new AggregateError([lost], 'all of them') }, 'connection.lost'),
  );
  expect(text).toContain('57P01');
  expect(text).not.toMatch(/hunter2|an operator|connectionParameters/);
  expect(logged((log) => log.warn({ err: lost }, 'connection.lost'))).not.toMatch(
    /hunter2|connectionParameters/,
  );
});

test('headers that carry a key are covered', () => {
  const text = logged((log) =>
    log.info({ headers: { 'x-api-key': 'ak_x', authorization: 'Bearer y' } }, 'seen'),
  );
  expect(text).not.toMatch(/ak_x|Bearer y/);
});
