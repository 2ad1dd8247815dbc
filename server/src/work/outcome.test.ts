import { expect, it } from 'vitest';
import { CODES } from '../doors/crun/codes.ts';
import type { FailureReason } from '../providers/contract.ts';
import {
  ATTEMPTS_MAX,
  describeForLog,
  describeUnfetched,
  judge,
  judgeRemote,
  pauseBeforeAttempt,
  wordsForClient,
} from './outcome.ts';

const FINAL: Partial<Record<FailureReason, string>> = {
  invalid_input: 'input_unusable',
  content_refused: 'content_refused',
  timed_out: 'task_expired',
  cancelled: 'task_cancelled',
  failed: 'generation_failed',
};
const REASONS: FailureReason[] = [
  'invalid_input',
  'content_refused',
  'rate_limited',
  'quota_exhausted',
  'bad_credentials',
  'unavailable',
  'timed_out',
  'cancelled',
  'lost',
  'failed',
];

it.each(REASONS)('a failure by %s ends the task or is tried again, and at last ends it', (reason) => {
  const failure = { reason, message: 'why' };
  const first = judge(failure, 1);
  const final = FINAL[reason];
  if (final === undefined) expect(first).toEqual({ type: 'again', delayMs: 500 });
  else expect(first).toEqual({ type: 'end', error: final, message: 'why' });
  const last = judge(failure, ATTEMPTS_MAX);
  expect(last.type).toBe('end');
  if (last.type === 'end') expect(CODES[last.error]).toBe(501);
});

it('pauses double from half a second to a minute', () => {
  expect([1, 2, 3, 4, 7, 8, 9, 50].map(pauseBeforeAttempt)).toEqual([
    500, 1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000,
  ]);
});

it('waits no longer after each process that died', () => {
  expect(judge({ reason: 'lost', message: '' }, 4)).toEqual({ type: 'again', delayMs: 500 });
});

it('waits as long as a provider asks', () => {
  expect(judge({ reason: 'rate_limited', message: '', retryAfterSeconds: 90 }, 1)).toEqual({
    type: 'again',
    delayMs: 90_000,
  });
  expect(judge({ reason: 'rate_limited', message: '', retryAfterSeconds: 0 }, 3)).toEqual({
    type: 'again',
    delayMs: 2000,
  });
});

it('keeps words that may be a client’s out of the log, but not those about an account or a call', () => {
  const of = (reason: FailureReason) => ({ reason, message: 'words', code: 'c' });
  for (const reason of [
    'invalid_input',
    'content_refused',
    'template_gone',
    'failed',
    'cancelled',
  ] as const) {
    expect(describeForLog(of(reason))).toEqual({ reason, code: 'c' });
  }
  for (const reason of ['unavailable', 'timed_out', 'rate_limited'] as const) {
    expect(describeForLog(of(reason))).toEqual({ reason, code: 'c', detail: 'words' });
    expect(describeForLog(of(reason), 'run')).toEqual({ reason, code: 'c' });
  }
  for (const reason of ['bad_credentials', 'quota_exhausted', 'lost', 'unreadable'] as const) {
    expect(describeForLog(of(reason), 'run')).toEqual({ reason, code: 'c', detail: 'words' });
  }
});

const ALL_REASONS: FailureReason[] = [...REASONS, 'template_gone', 'unreadable'];
const HISTORY = { attempts: 1, canGoOn: true, wasTaken: true, isMade: false, makes: undefined };

it.each([
  [undefined, 'video'],
  ['video', 'video'],
  ['image', 'picture'],
  ['audio', 'sound'],
] as const)('a client reads that what its model makes was made: %s', (makes, word) => {
  const verdict = judgeRemote({ reason: 'failed', message: '' }, { ...HISTORY, isMade: true, makes });
  expect(verdict).toMatchObject({ message: expect.stringMatching(`^The provider made this ${word}, but`) });
});

it.each(ALL_REASONS)('A2: what was made goes to no other offer when its provider then says %s', (reason) => {
  const failure = { reason, message: 'words', retryAfterSeconds: 1 };
  const end = { type: 'end', error: 'generation_failed' };
  const byFile = { ...failure, isMade: true } as const;
  expect(judgeRemote(failure, { ...HISTORY, isMade: true })).toEqual({
    ...end,
    message: describeUnfetched(undefined),
  });
  expect(judgeRemote(byFile, { ...HISTORY, isMade: true })).toEqual({
    ...end,
    message: describeUnfetched(undefined, 'words'),
  });
});

it.each(['lost', 'unreadable'] as const)(
  'A2: a taken job that is %s may have been made: it ends; one that was refused goes on',
  (reason) => {
    const failure = { reason, message: 'words' };
    expect(judgeRemote(failure, HISTORY)).toMatchObject({ type: 'end', error: 'outcome_unknown' });
    expect(judgeRemote(failure, { ...HISTORY, wasTaken: false })).toEqual({ type: 'again', delayMs: 0 });
  },
);

it.each(['failed', 'timed_out', 'cancelled'] as const)(
  'A2: a provider whose final word is %s has not made it: the next offer has its turn',
  (reason) => {
    expect(judgeRemote({ reason, message: '' }, HISTORY)).toEqual({ type: 'again', delayMs: 0 });
  },
);

it.each([
  'Invalid API key provided',
  'Your account balance is insufficient, please recharge',
  'Account overdue',
  'The quota of this project is used up',
  'Credits exhausted',
  'Unauthorized',
  'set ARK_BASE_URL',
  'is its base url right?',
  'payment required',
  'Authentication fails',
  'bad credentials',
])('D12: no client reads %j, whatever code a provider says it under', (message) => {
  for (const reason of ALL_REASONS) {
    for (const wasTaken of [true, false]) {
      const verdict = judgeRemote({ reason, message }, { ...HISTORY, attempts: 5, canGoOn: false, wasTaken });
      if (verdict.type === 'end') expect(verdict.message).not.toContain(message);
      expect(wordsForClient({ reason, message, isMade: true })).not.toContain(message);
    }
  }
});

it.each([
  'image_url: the picture is larger than 20 MB',
  'The prompt mentions a real person',
  'white balance of the picture is odd',
  'reference_image_url is not reachable',
  'the text must have less than 500 characters',
  'duration: at most 10 seconds',
])('D12: a client reads what it can act on: %j', (message) => {
  const history = { ...HISTORY, canGoOn: false };
  expect(judgeRemote({ reason: 'invalid_input', message }, history)).toMatchObject({ message });
  expect(judgeRemote({ reason: 'failed', message }, history)).toMatchObject({ message });
});
