// An adapter that passes on whatever it is given, and what the cleaning leaves of it.
import { describe, expect, it } from 'vitest';
import type {
  CallContext,
  PollOutcome,
  Provider,
  ProviderFacts,
  StartOutcome,
  StartRequest,
  Success,
} from './contract.ts';
import { cleanOutcomes } from './outcomes.ts';

const SECRET = 'sk-0123456789';
const context = { http: { redact: (text: string) => text.replaceAll(SECRET, '[secret]') } } as CallContext;
const LONG = 'x'.repeat(5_000);
const OUTPUT = { kind: 'video', contentType: 'video/mp4', url: 'https://cdn.example/1.mp4' } as const;
const SUCCESS: Success = { outputs: [OUTPUT], usage: {}, modelVersion: 'm' };

/** Returns what it is given, at every call. */
function echoing(given: { start?: StartOutcome; poll?: PollOutcome }): Provider {
  const { start = { type: 'unknown', detail: '' }, poll = { type: 'queued' } } = given;
  return cleanOutcomes({
    id: 'echo',
    facts: {} as ProviderFacts,
    checkParams: () => [],
    start: async () => start,
    poll: async () => poll,
    pollMany: async (references) => references.map(() => poll),
    cancel: async () => ({ type: 'refused', detail: SECRET }),
    find: async () => ({ type: 'found', reference: { id: LONG.repeat(3) } }),
    parseHint: async () => ({ type: 'hint', reference: { id: LONG.repeat(3) } }),
    probe: async () => ({
      type: 'works',
      detail: `${SECRET} ${LONG}`,
      balance: { unit: 'usd', amount: 1e300 },
    }),
  });
}

const polled = (poll: PollOutcome) => echoing({ poll }).poll({}, context);
const started = (start: StartOutcome) => echoing({ start }).start({} as StartRequest, context);

describe('words of a provider', () => {
  it.each(['failed', 'unanswered'] as const)(
    'lose secrets, line breaks and their length when a look is %s, alone and among many',
    async (type) => {
      const failure = {
        reason: 'failed',
        message: `a\r\n${SECRET} ${LONG}`,
        code: `${SECRET}\n${LONG}`,
      } as const;
      const provider = echoing({ poll: { type, failure } });
      for (const outcome of [
        await provider.poll({}, context),
        ...((await provider.pollMany?.([{}, {}], context)) ?? []),
      ]) {
        const clean = 'failure' in outcome ? outcome.failure : undefined;
        expect(clean?.message).toMatch(/^a \[secret\] x{400}/);
        expect(clean?.message).toHaveLength(500);
        expect(clean?.code).toMatch(/^\[secret\] x{100}/);
        expect(clean?.code).toHaveLength(200);
      }
    },
  );

  it('are replaced when empty, and a requested pause is an hour at most', async () => {
    const failure = { reason: 'rate_limited', message: ' \n', retryAfterSeconds: 999_999 } as const;
    expect(await started({ type: 'rejected', failure })).toEqual({
      type: 'rejected',
      failure: { reason: 'rate_limited', message: 'No reason was given', retryAfterSeconds: 3600 },
    });
  });

  it('lose secrets in every other outcome as well', async () => {
    const provider = echoing({ start: { type: 'unknown', detail: SECRET } });
    const outcomes = [
      await provider.start({} as StartRequest, context),
      await provider.cancel?.({}, context),
      await provider.probe(context),
    ];
    expect(JSON.stringify(outcomes)).not.toContain(SECRET);
    expect(outcomes[2]).toEqual({ type: 'works', detail: expect.stringMatching(/^.{500}$/) });
  });
});

describe('a success', () => {
  it('keeps its facts without secrets, on one line', async () => {
    const usage = { seed: 0, model: `${SECRET}\n`, more: { key: SECRET }, none: null };
    expect(await polled({ type: 'succeeded', success: { ...SUCCESS, usage, modelVersion: SECRET } })).toEqual(
      {
        type: 'succeeded',
        success: {
          outputs: [OUTPUT],
          usage: { seed: 0, model: '[secret]', more: '{"key":"[secret]"}', none: null },
          modelVersion: '[secret]',
        },
      },
    );
  });

  it('A3: without a file is unreadable', async () => {
    expect(await polled({ type: 'succeeded', success: { ...SUCCESS, outputs: [] } })).toMatchObject({
      type: 'unanswered',
      failure: { reason: 'unreadable', isMade: true },
    });
  });

  it('A3: with too many results keeps the first ones, and says so', async () => {
    const output = { kind: 'video', contentType: 'video/mp4', url: 'https://cdn.example/1.mp4' } as const;
    const of = (count: number) =>
      polled({ type: 'succeeded', success: { ...SUCCESS, outputs: new Array(count).fill(output) } });
    expect(await of(16)).not.toHaveProperty('success.unread');
    expect(await of(17)).toEqual({
      type: 'succeeded',
      success: { ...SUCCESS, outputs: new Array(16).fill(output), unread: ['outputs'] },
    });
  });

  it.each([Number.POSITIVE_INFINITY, Number.NaN, -1, 1e300])(
    'does not accept an amount of %d',
    async (amount) => {
      const used = { unit: 'units', amount };
      expect(await polled({ type: 'succeeded', success: { ...SUCCESS, used } })).toEqual({
        type: 'succeeded',
        success: { ...SUCCESS, unread: ['used'] },
      });
      expect(await started({ type: 'accepted', reference: { id: '1' }, used })).toEqual({
        type: 'accepted',
        reference: { id: '1' },
        unread: ['used'],
      });
    },
  );

  it('reports that it used nothing', async () => {
    const used = { unit: 'units', amount: 0 };
    expect(await polled({ type: 'succeeded', success: { ...SUCCESS, used } })).toMatchObject({
      success: { used },
    });
  });
});

it.each([Number.NaN, -0.1, 1.1, undefined])('ignores the progress %s', async (progress) => {
  expect(await polled({ type: 'running', progress })).toEqual({ type: 'running' });
});

it('keeps the progress 0', async () => {
  expect(await polled({ type: 'running', progress: 0 })).toEqual({ type: 'running', progress: 0 });
});

it('keeps no job id of excessive length', async () => {
  const reference = { id: LONG.repeat(3) };
  expect(await started({ type: 'accepted', reference })).toMatchObject({ type: 'unknown' });
  const provider = echoing({});
  expect(await provider.find?.({} as StartRequest, context)).toMatchObject({ type: 'unclear' });
  expect(await provider.parseHint?.({} as never, context)).toEqual({ type: 'hint' });
});

it('adds no call that the adapter does not have', () => {
  const { pollMany, cancel, find, parseHint, ...least } = echoing({});
  expect(Object.keys(cleanOutcomes(least))).toEqual(Object.keys(least));
});
