import { describe, expect, it } from 'vitest';
import type { FailureReason } from '../providers/contract.ts';
import type { Candidate, Loads } from './dispatch.store.ts';
import { type LocalRoom, WAITING_ACCOUNT_MAX } from './local-places.ts';
import {
  chooseAssignments,
  hasFurtherOffer,
  type Market,
  OfferShares,
  type Room,
  type RoutableOffer,
  type RoutingInput,
  type UsableCredential,
} from './routing.ts';
import { Turns } from './turns.ts';

const MODEL = 'vendor/model-t2v';

function offer(id: string, more: Partial<RoutableOffer> = {}): RoutableOffer {
  return { id, provider: id, order: 0, weight: 1, usualSeconds: 60, ...more };
}

function credential(id: string, more: Partial<UsableCredential> = {}): UsableCredential {
  return { id, weight: 1, requestsPerMinute: null, openTasksMax: null, ...more };
}

let count = 0;

function candidate(accountId: string, more: Partial<Candidate> = {}): Candidate {
  return {
    id: `task-${count++}`,
    account_id: accountId,
    key_id: `key of ${accountId}`,
    book: 'live',
    model: MODEL,
    state: 'pending',
    live_provider: null,
    live_state: null,
    tried: null,
    draft: null,
    ...more,
  };
}

function candidates(accountId: string, number: number, more: Partial<Candidate> = {}): Candidate[] {
  return Array.from({ length: number }, () => candidate(accountId, more));
}

function market(
  offers: RoutableOffer[],
  pools: Record<string, UsableCredential[]>,
  busy: string[] = [],
): Market {
  return {
    offersOf: () => offers,
    isBusy: ({ provider }) => busy.includes(provider),
    credentialsOf: ({ provider }) => (provider === 'draft' ? undefined : (pools[provider] ?? [])),
  };
}

function noLoads(): Loads {
  return {
    accounts: new Map(),
    keys: new Map(),
    models: new Map(),
    credentials: new Map(),
  };
}

function roomFor(any: number, remote: number, more: Partial<LocalRoom> = {}): Room {
  return { local: { any, short: 0, rendering: new Set(), waiting: new Map(), ...more }, remote };
}

/** The choices of a round whose claims are committed. */
function choose(input: Partial<RoutingInput> & Pick<RoutingInput, 'candidates' | 'market'>) {
  const turns = input.turns ?? new Turns();
  const chosen = chooseAssignments({
    loads: noLoads(),
    caps: { accounts: new Map(), keys: new Map(), models: new Map() },
    rates: new Map(),
    shares: new OfferShares(),
    unrendered: [],
    room: roomFor(0, 100),
    ...input,
    turns,
  });
  for (const turn of chosen.turns) turns.count(turn);
  return chosen.choices;
}

const ONE = market([offer('a')], { a: [credential('a1')] });

function countBy<Item>(items: readonly Item[], nameOf: (item: Item) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const item of items) counts[nameOf(item)] = (counts[nameOf(item)] ?? 0) + 1;
  return counts;
}

describe('the order of tasks', () => {
  it('gives every account the same share, however many tasks one of them has waiting', () => {
    const chosen = choose({
      candidates: [...candidates('greedy', 500), ...candidates('modest', 5), ...candidates('small', 2)],
      market: ONE,
      room: roomFor(0, 12),
    });
    expect(countBy(chosen, ({ candidate: { account_id } }) => account_id)).toEqual({
      greedy: 5,
      modest: 5,
      small: 2,
    });
  });

  it('lets the account with fewer attempts open come first', () => {
    const loads = noLoads();
    loads.accounts.set('busy', 10);
    const waiting = [...candidates('busy', 5), ...candidates('idle', 5)];
    const chosen = choose({ candidates: waiting, market: ONE, loads, room: roomFor(0, 4) });
    expect(countBy(chosen, ({ candidate: { account_id } }) => account_id)).toEqual({ idle: 4 });
  });

  it('serves, among equals, the account that was served longest ago, from round to round', () => {
    const turns = new Turns();
    const names = ['a', 'b', 'c', 'd', 'e'];
    const served: string[] = [];
    for (let round = 0; round < 5; round++) {
      const waiting = names.flatMap((name) => candidates(name, 4));
      const chosen = choose({ candidates: waiting, market: ONE, turns, room: roomFor(0, 2) });
      served.push(...chosen.map(({ candidate: { account_id } }) => account_id));
    }
    expect(served).toEqual([...names, ...names]);
  });

  it('is found quickly for thousands of accounts that get no place', () => {
    const full = market([offer('a')], { a: [credential('a1', { openTasksMax: 1 })] });
    let asked = 0;
    const offersOf = () => {
      asked++;
      return [offer('a')];
    };
    const waiting = Array.from({ length: 5_000 }, (_, at) => candidates(`account ${at}`, 4)).flat();
    expect(choose({ candidates: waiting, market: { ...full, offersOf } })).toHaveLength(1);
    expect(asked).toBe(2);
  });

  it('gives a task with earlier attempts its own search for a place', () => {
    const two = market([offer('a'), offer('b', { order: 1 })], {
      a: [credential('a1', { openTasksMax: 1 })],
      b: [credential('b1')],
    });
    const failed = { credential_id: null, state: 'failed', reason: 'failed' } as const;
    const [atBoth, atOne] = [['a', 'b'], ['a']].map((ids) => ids.map((id) => ({ ...failed, offer: id })));
    const waiting = [
      candidate('zero', { tried: atBoth }),
      candidate('one'),
      candidate('two'),
      candidate('three', { tried: atOne }),
    ];
    const chosen = choose({ candidates: waiting, market: two });
    expect(chosen.map(({ offer: { id } = {} as RoutableOffer }) => id)).toEqual(['a', 'b']);
  });

  it('within an account is that of its queue', () => {
    const waiting = candidates('one', 5);
    const chosen = choose({ candidates: waiting, market: ONE, room: roomFor(0, 3) });
    expect(chosen.map(({ candidate: { id } }) => id)).toEqual(waiting.slice(0, 3).map(({ id }) => id));
  });
});

describe('a cap', () => {
  it.each(['accounts', 'keys', 'models'] as const)(
    'on %s holds what is open and what is chosen together',
    (kind) => {
      const name = { accounts: 'one', keys: 'key of one', models: MODEL }[kind];
      const loads = noLoads();
      loads[kind].set(name, 3);
      const caps = { accounts: new Map(), keys: new Map(), models: new Map(), [kind]: new Map([[name, 5]]) };
      expect(choose({ candidates: candidates('one', 10), market: ONE, loads, caps })).toHaveLength(2);
    },
  );

  it('on the open tasks of a provider account makes tasks wait, and does not pass them to a more expensive offer', () => {
    const full = credential('a1', { openTasksMax: 2 });
    const both = market([offer('a'), offer('b', { order: 1 })], { a: [full], b: [credential('b1')] });
    const chosen = choose({ candidates: candidates('one', 10), market: both });
    expect(chosen.map(({ credentialId }) => credentialId)).toEqual(['a1', 'a1']);
  });

  it('on requests a minute makes the next ones wait', () => {
    const limited = market([offer('a')], { a: [credential('a1', { requestsPerMinute: 60 })] });
    const rates = new Map([['a1', 3]]);
    expect(choose({ candidates: candidates('one', 10), market: limited, rates })).toHaveLength(3);
  });

  it('on one model does not hold up tasks of another model behind it', () => {
    const caps = { accounts: new Map(), keys: new Map(), models: new Map([[MODEL, 1]]) };
    const waiting = [...candidates('one', 3), candidate('one', { model: 'vendor/other-t2v' })];
    const chosen = choose({ candidates: waiting, market: ONE, caps });
    expect(chosen.map(({ candidate: { model } }) => model)).toEqual([MODEL, 'vendor/other-t2v']);
  });
});

describe('the pool of a provider', () => {
  it('shares tasks by weight and by what is open there', () => {
    const pool = market([offer('a')], { a: [credential('a1', { weight: 3 }), credential('a2')] });
    const chosen = choose({ candidates: candidates('one', 40), market: pool });
    expect(countBy(chosen, ({ credentialId }) => String(credentialId))).toEqual({ a1: 30, a2: 10 });
  });
});

it('an account that refused a task for want of money or rights is not asked for that task again', () => {
  const pool = market([offer('a')], { a: [credential('a1', { weight: 9 }), credential('a2')] });
  const refused = candidate('one', {
    tried: [{ offer: 'a', credential_id: 'a1', state: 'rejected', reason: 'quota_exhausted' }],
  });
  const chosen = choose({ candidates: [refused, candidate('one')], market: pool });
  expect(chosen.map(({ credentialId }) => credentialId)).toEqual(['a2', 'a1']);
  expect(hasFurtherOffer(ONE, refused, refused.tried ?? [])).toBe(false);
});

describe('the offers of a model', () => {
  it('of the same order share tasks by weight', () => {
    const both = market([offer('a', { weight: 3 }), offer('b')], {
      a: [credential('a1')],
      b: [credential('b1')],
    });
    const chosen = choose({ candidates: candidates('one', 40), market: both });
    expect(countBy(chosen, (choice) => String(choice.offer?.id))).toEqual({ a: 30, b: 10 });
  });

  it('are passed over while every account of their provider is out of order', () => {
    const both = market([offer('a'), offer('b', { order: 1 })], { a: [], b: [credential('b1')] });
    const chosen = choose({ candidates: candidates('one', 2), market: both });
    expect(chosen.map((choice) => choice.offer?.id)).toEqual(['b', 'b']);
  });

  it('are waited for while their provider only asks for patience', () => {
    const both = market([offer('a'), offer('b', { order: 1 })], { a: [], b: [credential('b1')] }, ['a']);
    expect(choose({ candidates: candidates('one', 2), market: both })).toEqual([]);
    expect(hasFurtherOffer(market([offer('a')], { a: [] }, ['a']), candidate('one'), [])).toBe(true);
    expect(hasFurtherOffer(market([offer('a')], { a: [] }), candidate('one'), [])).toBe(false);
  });

  it('are not asked again after a final refusal, and come later after two calls that failed', () => {
    const both = market([offer('a'), offer('b', { order: 1 })], {
      a: [credential('a1')],
      b: [credential('b1')],
    });
    const after = (reason: FailureReason, times: number) =>
      candidate('one', {
        tried: Array.from({ length: times }, () => ({
          offer: 'a',
          credential_id: 'a1',
          state: 'failed' as const,
          reason,
        })),
      });
    const [failed, unreached, limited] = [
      after('failed', 1),
      after('unavailable', 2),
      after('rate_limited', 9),
    ];
    const offersOf = (one: Candidate) =>
      choose({ candidates: [one], market: both }).map((choice) => choice.offer?.id);
    expect([failed, unreached, limited].map(offersOf)).toEqual([['b'], ['b'], ['a']]);
    expect(hasFurtherOffer(both, failed, failed.tried ?? [])).toBe(true);
    expect(hasFurtherOffer(ONE, failed, failed.tried ?? [])).toBe(false);
  });
});

describe('a task that has an attempt', () => {
  it.each(['accepted', 'unknown', 'intent'])('that is %s goes back to it and to no other offer', (state) => {
    const left = candidate('one', { state: 'running', live_provider: 'a', live_state: state });
    const caps = { accounts: new Map([['one', 1]]), keys: new Map(), models: new Map() };
    const loads = noLoads();
    loads.accounts.set('one', 1);
    const [choice] = choose({ candidates: [left], market: ONE, caps, loads });
    expect(choice).toEqual({ candidate: left, kind: 'resume', provider: 'a' });
  });

  it('that was assigned and never begun is assigned again', () => {
    const left = candidate('one', { state: 'running', live_provider: 'a', live_state: 'assigned' });
    expect(choose({ candidates: [left], market: ONE })[0].offer?.id).toBe('a');
  });
});

describe('the renderer of this process', () => {
  const drafts = market([offer('draft')], {});
  const draft = (work: number) => ({ book: 'test' as const, draft: { waits: false, work } });
  const accountsOf = (chosen: ReturnType<typeof choose>) =>
    chosen.map(({ candidate: { account_id } }) => account_id);

  it('gives its places to drafts, which need no provider account', () => {
    const chosen = choose({ candidates: candidates('one', 5), market: drafts, room: roomFor(2, 9) });
    expect(chosen.map(({ credentialId }) => credentialId)).toEqual([undefined, undefined]);
  });

  it('B6: lets a short draft pass the long ones of other accounts, but not of an account that renders', () => {
    const room = roomFor(0, 9, { short: 1, rendering: new Set(['loud']) });
    const waiting = [
      candidate('loud', draft(0.1)),
      ...candidates('loud', 20, draft(6)),
      candidate('other', draft(1.1)),
      candidate('quiet', draft(1)),
    ];
    expect(accountsOf(choose({ candidates: waiting, market: drafts, room }))).toEqual(['quiet']);
    const free = choose({ candidates: waiting.slice(1), market: drafts, room: roomFor(1, 9, { short: 1 }) });
    expect(accountsOf(free)).toEqual(['loud', 'quiet']);
  });

  it('B6: shares its turns by work, not by count', () => {
    const turns = new Turns();
    const served: string[] = [];
    for (let round = 0; round < 12; round++) {
      const waiting = [...candidates('long', 3, draft(6)), ...candidates('longish', 3, draft(1.2))];
      served.push(...accountsOf(choose({ candidates: waiting, market: drafts, turns, room: roomFor(1, 0) })));
    }
    // One render of 6 for five of 1.2.
    expect(countBy(served, (name) => name)).toEqual({ long: 2, longish: 10 });
  });

  it('B6: begins what needs no renderer at once, within a limit for each account', () => {
    const waits = (work: number) => ({ book: 'test' as const, draft: { waits: true, work } });
    const unrendered = [...candidates('loud', 40, waits(6)), candidate('quiet', waits(1))];
    const waiting = [...candidates('loud', 3, draft(6)), ...unrendered];
    const chosen = choose({ candidates: waiting, unrendered, market: drafts, room: roomFor(0, 0) });
    expect(countBy(accountsOf(chosen), (name) => name)).toEqual({ loud: WAITING_ACCOUNT_MAX, quiet: 1 });
    const caps = { accounts: new Map([['loud', 2]]), keys: new Map(), models: new Map() };
    const capped = choose({ candidates: [], unrendered, market: drafts, caps, room: roomFor(0, 0) });
    expect(countBy(accountsOf(capped), (name) => name)).toEqual({ loud: 2, quiet: 1 });
  });
});
