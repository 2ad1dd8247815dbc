import { describe, expect, it } from 'vitest';
import { OperatorError } from '../errors.ts';
import { createTestApi, micros } from '../http/testing.ts';
import { MICROS_MAX } from '../lib/money.ts';

const api = await createTestApi();
const { credits } = api.core;

async function openEmpty(): Promise<{ accountId: string; book: 'live' }> {
  const { accountId } = await api.openAccount({ mode: 'live', credits: '0' });
  return { accountId, book: 'live' };
}

describe('a grant', () => {
  it('adds credits to its own book alone', async () => {
    const wallet = await openEmpty();
    expect(await credits.grant({ ...wallet, amount: micros('166.5'), reason: 'a payment' })).toBe(true);
    expect(await credits.balance(wallet.accountId, 'live')).toEqual({ posted: 166_500_000n, held: 0n });
    expect(await credits.balance(wallet.accountId, 'test')).toEqual({ posted: 0n, held: 0n });
  });

  it('with one payment reference counts once, however often and at how many places at once it is sent', async () => {
    const wallet = await openEmpty();
    const grant = {
      ...wallet,
      amount: 5_000_000n,
      reason: '',
      externalReference: `payment ${wallet.accountId}`,
    };
    const moved = await Promise.all(Array.from({ length: 20 }, () => credits.grant(grant)));
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await credits.balance(wallet.accountId, 'live')).toMatchObject({ posted: 5_000_000n });
  });

  it('with the reference of another amount, book or account is refused', async () => {
    const wallet = await openEmpty();
    const other = await openEmpty();
    const grant = { ...wallet, amount: 5n, reason: '', externalReference: `payment ${wallet.accountId}` };
    await credits.grant(grant);
    for (const change of [{ amount: 6n }, { book: 'test' as const }, { accountId: other.accountId }]) {
      await expect(credits.grant({ ...grant, ...change })).rejects.toThrow(OperatorError);
    }
    expect(await credits.balance(other.accountId, 'live')).toMatchObject({ posted: 0n });
  });

  it.each([0n, -1n])('of %d is refused', async (amount) => {
    const wallet = await openEmpty();
    await expect(async () => credits.grant({ ...wallet, amount, reason: '' })).rejects.toThrow(OperatorError);
  });

  it('stops at a thousand million credits', async () => {
    const wallet = await openEmpty();
    await credits.grant({ ...wallet, amount: MICROS_MAX, reason: '' });
    await expect(credits.grant({ ...wallet, amount: 1n, reason: '' })).rejects.toThrow(OperatorError);
    expect(await credits.balance(wallet.accountId, 'live')).toMatchObject({ posted: MICROS_MAX });
  });
});

describe('an adjustment', () => {
  it('takes what is free and never what is held', async () => {
    const caller = await api.openAccount({ credits: '100' });
    const body = { model: 'vidu/q1-r2v', input: { prompt: 'x', img_urls: ['https://example.com/a.jpg'] } };
    await api.create(caller, body);
    const wallet = { accountId: caller.accountId, book: 'test' as const, reason: 'a correction' };
    await expect(credits.adjust({ ...wallet, amount: micros('-20.000001') })).rejects.toThrow(OperatorError);
    expect(await credits.adjust({ ...wallet, amount: micros('-20') })).toBe(true);
    expect(await credits.balance(caller.accountId, 'test')).toEqual({
      posted: micros('80'),
      held: micros('80'),
    });
  });

  it('of zero is refused', async () => {
    const wallet = await openEmpty();
    await expect(async () => credits.adjust({ ...wallet, amount: 0n, reason: '' })).rejects.toThrow(
      OperatorError,
    );
  });

  it('of fifty at once never goes below zero', async () => {
    const { accountId } = await api.openAccount({ credits: '10' });
    const adjust = () => credits.adjust({ accountId, book: 'test', amount: micros('-1'), reason: '' });
    const results = await Promise.allSettled(Array.from({ length: 50 }, adjust));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
    expect(await credits.balance(accountId, 'test')).toEqual({ posted: 0n, held: 0n });
  });
});
