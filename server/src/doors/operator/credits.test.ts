// Credits over HTTP, and that the commands print the same.
import type { PoolClient } from 'pg';
import { describe, expect, it } from 'vitest';
import { recordLoss } from '../../credits/credits.ts';
import { withTransaction } from '../../db/pool.ts';
import { micros } from '../../http/testing.ts';
import { newId } from '../../lib/ids.ts';
import type { JsonObject } from '../../lib/json.ts';
import { createOperatorApi } from './testing.ts';

const api = await createOperatorApi();

async function openAccount(): Promise<{
  id: string;
  move(body: JsonObject): ReturnType<typeof api.operate>;
}> {
  const { id } = await api.core.accounts.create(`account ${newId()}`);
  return { id, move: (body) => api.operate('POST', `/accounts/${id}/credits`, body) };
}

describe('a grant', () => {
  it('adds credits to the live book unless another is named', async () => {
    const { id, move } = await openAccount();
    const { body } = await move({ kind: 'grant', credits: 166.5, reason: 'an invoice' });
    const account = (await api.core.accounts.find(id)).name;
    const live = { account_id: id, account, book: 'live', available: 166.5, held: 0, posted: 166.5 };
    const test = { ...live, book: 'test', available: 0, posted: 0 };
    expect(body).toEqual({ moved: true, balances: [live, test] });
    const { body: after } = await move({ kind: 'grant', credits: 0.000001, book: 'test' });
    expect(after.balances).toEqual([live, { ...test, available: 0.000001, posted: 0.000001 }]);
  });

  it('with a reference is done once, also when it is sent twice at the same moment', async () => {
    const { id, move } = await openAccount();
    const grant = { kind: 'grant', credits: 10, reference: `invoice ${id}` };
    const answers = await Promise.all([move(grant), move(grant), move(grant)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.filter(({ body }) => body.moved).length).toBe(1);
    expect(await api.core.credits.balance(id, 'live')).toEqual({ posted: micros('10'), held: 0n });
    expect((await move({ ...grant, credits: 11 })).refusal).toEqual([
      409,
      'conflict',
      'This external reference was used for another amount or account',
    ]);
  });
});

describe('the notice of an account', () => {
  const none = {
    threshold: null,
    mail_to: null,
    mail_is_on: false,
    is_below: false,
    crossed_at: null,
    owners_threshold: null,
  };

  it('is set, changed and ended for a book, beside that of the owners', async () => {
    const { id } = await openAccount();
    const change = (body: JsonObject) => api.operate('PATCH', `/accounts/${id}/notices`, body);
    await api.core.notices.change(id, 'live', { threshold: micros('2.5') });
    const live = { account_id: id, book: 'live', ...none, owners_threshold: 2.5 };
    const test = { account_id: id, book: 'test', ...none };
    expect((await api.operate('GET', `/accounts/${id}/notices`)).items).toEqual([live, test]);
    const set = { ...live, threshold: 10, mail_to: 'desk@example.com', is_below: true };
    expect((await change({ threshold: 10, mail_to: 'desk@example.com' })).body).toEqual(set);
    expect((await change({ threshold: 12 })).body).toEqual({ ...set, threshold: 12 });
    expect((await change({ threshold: null })).body).toEqual(live);
  });

  it.each<[JsonObject, string]>([
    [{ threshold: 5 }, 'mail_to: is required for a first notice'],
    [{ mail_to: 'desk@example.com' }, 'threshold: is required for a first notice'],
    [{ threshold: 5, mail_to: 'a@b.example, c@d.example' }, 'mail_to: is no email address'],
    [
      { threshold: -1, mail_to: 'desk@example.com' },
      'threshold: must be an amount above zero, such as 100 or 166.5, with at most six decimals',
    ],
  ])('is refused as %j', async (body, fault) => {
    const { id } = await openAccount();
    const answer = await api.operate('PATCH', `/accounts/${id}/notices`, body);
    expect([answer.status, (answer.body.error as JsonObject).faults]).toEqual([422, [fault]]);
    expect(await api.core.notices.list(id)).toEqual([]);
  });
});

describe('a correction', () => {
  it('takes credits, and not those that are held', async () => {
    const { move } = await openAccount();
    await move({ kind: 'grant', credits: 10 });
    expect((await move({ kind: 'adjust', credits: -4 })).body).toMatchObject({
      balances: [{ available: 6 }, { available: 0 }],
    });
    expect((await move({ kind: 'adjust', credits: -7 })).refusal).toEqual([
      409,
      'conflict',
      'The balance would fall below what is held for open tasks, or grow beyond its limit',
    ]);
  });
});

describe('a movement', () => {
  it.each<[JsonObject, string[]]>([
    [{ kind: 'grant', credits: 0 }, ['A grant must be above zero']],
    [{ kind: 'grant', credits: -1 }, ['A grant must be above zero']],
    [{ kind: 'adjust', credits: 0 }, ['An adjustment must not be zero']],
    [
      { kind: 'grant', credits: 0.0000001 },
      ['credits: must be an amount such as 100 or 166.5, with at most six decimals'],
    ],
    [
      { kind: 'gift', credits: '1', book: 'both', reference: '', amount: 1 },
      [
        'kind: must be one of grant, adjust',
        'credits: is required and must be of type number',
        'book: must be one of live, test',
        'reference: must not be empty',
        'amount: is not known here',
      ],
    ],
    [
      {},
      [
        'kind: is required and must be one of grant, adjust',
        'credits: is required and must be of type number',
      ],
    ],
  ])('is refused as %j', async (body, faults) => {
    const { id, move } = await openAccount();
    expect((await move(body)).refusal).toEqual([422, 'validation_failed', faults]);
    expect(await api.core.credits.balance(id, 'live')).toEqual({ posted: 0n, held: 0n });
  });

  it('of an unknown account is 404', async () => {
    const { refusal } = await api.operate('POST', '/accounts/nobody/credits', { kind: 'grant', credits: 1 });
    expect(refusal.slice(0, 2)).toEqual([404, 'not_found']);
  });
});

describe('the statement', () => {
  it('has the movements of a book, newest first, in pages', async () => {
    const { id, move } = await openAccount();
    await move({ kind: 'grant', credits: 10, reason: 'first' });
    await move({ kind: 'grant', credits: 5, reason: 'other book', book: 'test' });
    await move({ kind: 'adjust', credits: -2.5 });
    const first = await api.operate('GET', `/accounts/${id}/statement?limit=1`);
    expect(first.items).toEqual([
      {
        id: first.body.next,
        kind: 'adjust',
        credits: -2.5,
        balance: 7.5,
        task_id: null,
        reason: 'adjust',
        created_at: expect.any(Number),
      },
    ]);
    const second = await api.operate('GET', `/accounts/${id}/statement?limit=1&after=${first.body.next}`);
    expect(second.body).toMatchObject({
      items: [{ kind: 'grant', balance: 10, reason: 'first' }],
      next: null,
    });
    const ofTests = await api.operate('GET', `/accounts/${id}/statement?book=test`);
    expect(ofTests.items.map(({ reason }) => reason)).toEqual(['other book']);
    expect((await api.operate('GET', `/accounts/${id}/statement?book=x`)).refusal).toEqual([
      422,
      'validation_failed',
      ['book: must be one of live, test'],
    ]);
  });
});

describe('the losses', () => {
  it('are what the operator bears, newest first, in pages', async () => {
    const { id: accountId } = await openAccount();
    for (const amount of ['1.5', '2'])
      await withTransaction(api.core.pool, (client: PoolClient) =>
        recordLoss(client, {
          id: newId(),
          taskId: newId(),
          accountId,
          book: 'live',
          amount: micros(amount),
          reference: newId(),
        }),
      );
    const first = await api.operate('GET', '/losses?limit=1');
    expect(first.items).toEqual([
      expect.objectContaining({ account_id: accountId, book: 'live', credits: 2 }),
    ]);
    const second = await api.operate('GET', `/losses?limit=1&after=${first.body.next}`);
    expect(second.body).toMatchObject({ items: [{ credits: 1.5 }], next: null });
  });
});

describe('the commands', () => {
  it('print what the routes answer', async () => {
    const { id, move } = await openAccount();
    await move({ kind: 'grant', credits: 10 });
    const grant = { kind: 'grant', credits: 2.5, reference: `invoice ${id}` };
    const words = ['--account', id, '--reference', grant.reference];
    await api.runCommand('credits', 'grant', '2.5', ...words);
    expect(await api.runCommand('credits', 'grant', '2.5', ...words)).toEqual((await move(grant)).body);
    const [balance, statement, losses] = await Promise.all([
      api.runCommand('credits', 'balance', '--account', id),
      api.runCommand('credits', 'statement', '--account', id, '--limit', '1'),
      api.runCommand('credits', 'losses'),
    ]);
    expect(balance).toEqual((await api.operate('GET', `/accounts/${id}/balances`)).body);
    expect(statement).toEqual((await api.operate('GET', `/accounts/${id}/statement?limit=1`)).body);
    expect(losses).toEqual((await api.operate('GET', '/losses')).body);
  });
});
