// C4: every setting that is a number, with every odd value: it is refused at start in one line, or it works.
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { OperatorError } from './errors.ts';
import { createTestApi } from './http/testing.ts';
import { SETTINGS, type ServerSetting } from './settings.ts';

interface Numeric {
  kind: 'integer' | 'number';
  min: number;
  max: number;
}

const NUMERIC = Object.entries(SETTINGS).filter(
  (entry): entry is [string, ServerSetting & Numeric] =>
    entry[1].kind === 'integer' || entry[1].kind === 'number',
);
const ODD = [
  '0',
  '-1',
  '-0',
  '0.1',
  '4.1',
  '1e21',
  '1e-7',
  ' 5 ',
  '5m',
  '5,5',
  'NaN',
  'Infinity',
  '-Infinity',
  '1n',
];

describe.each(NUMERIC)('%s', (name, { kind, min, max }) => {
  it.each([...ODD, String(max + 1), String(min - 1)])(
    'C4: as %j is refused in one line, or is in its bounds',
    (text) => {
      const before = JSON.stringify(readConfig({}));
      try {
        const numbers = Object.values(readConfig({ [name]: text })).filter(
          (value) => typeof value === 'number',
        );
        expect(numbers.every(Number.isFinite)).toBe(true);
        const value = Number(text);
        expect(value).toBeGreaterThanOrEqual(min);
        expect(value).toBeLessThanOrEqual(max);
        if (kind === 'integer') expect(Number.isInteger(value)).toBe(true);
      } catch (error) {
        if (!(error instanceof OperatorError)) throw error;
        expect(error.message).toMatch(new RegExp(`^Settings: ${name} must [^\\n]+$`));
      }
      expect(JSON.stringify(readConfig({}))).toBe(before);
    },
  );
});

/** Values that are far from usual and still allowed; the least and the most of what changes how the server works. */
const OUTERMOST = [
  'REELAY_(RESULT|UPLOAD|TASK)_DAYS',
  'REELAY_\\w+_MINUTES_MAX',
  'REELAY_UPLOAD',
  'REELAY_DISK',
];
const fitting = NUMERIC.filter(([name]) => OUTERMOST.some((words) => new RegExp(`^${words}`).test(name)));
const odd = ({ kind, min }: Numeric) => (kind === 'number' ? String(min + 4.1 + 1 / 3) : String(min + 3));
const environments = {
  'far from round': Object.fromEntries(fitting.map(([name, setting]) => [name, odd(setting)])),
  'as small as may be': Object.fromEntries(fitting.map(([name, { min }]) => [name, String(min)])),
  'as large as may be': Object.fromEntries(
    fitting.filter(([name]) => !name.includes('DISK')).map(([name, { max }]) => [name, String(max)]),
  ),
};
const apis = await Promise.all(
  Object.entries(environments).map(async ([title, environment]) => ({
    title,
    api: await createTestApi(environment),
  })),
);

it.each(apis)('C4: creates, uploads, ends and removals work with times $title', async ({ api }) => {
  const caller = await api.openAccount();
  const made = await api.create(caller);
  expect([made.status, made.text]).toEqual([200, made.text]);
  const upload = await api.call({
    path: '/api/v1/client/files/upload-url?content_type=image/png&ext=.png',
    key: caller.key,
  });
  expect([upload.status, upload.text]).toEqual([200, upload.text]);
  await api.endTask(String(made.data.task_id));
  const read = await api.call({
    path: `/api/v1/client/job/TaskInfo?task_id=${made.data.task_id}`,
    key: caller.key,
  });
  expect(read.data.status).toBe('success');
  expect(await api.core.tasks.removeOld(api.core.config.taskDays, 10)).toBe(0);
  const link = api.core.files.linkTo(
    'results/a/b.mp4',
    Date.parse('2026-01-01') + api.core.config.resultDays * 86_400_000,
  );
  expect(new URL(link).searchParams.get('expires')).toMatch(/^\d+$/);
});
