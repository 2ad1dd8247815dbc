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

test('headers that carry a key are covered', () => {
  const text = logged((log) =>
    log.info({ headers: { 'x-api-key': 'ak_x', authorization: 'Bearer y' } }, 'seen'),
  );
  expect(text).not.toMatch(/ak_x|Bearer y/);
});
