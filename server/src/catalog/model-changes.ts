// What an operator changes about a model: its switches, its cap, its offers, and what it costs from when on. Each change
// is a line of the audit log in the same transaction.
import type { PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { OperatorError } from '../errors.ts';
import { DAY_MS, MINUTE_MS } from '../lib/time.ts';
import * as store from './catalog.store.ts';
import { type Model, nameOffers } from './models.ts';
import type { PriceRule } from './prices.ts';

/** A price that is to begin a moment ago begins now: forms and clocks are not that exact. */
const LATE_MS = 10 * MINUTE_MS;
const AHEAD_DAYS_MAX = 3_660;
const NEXT_PRICES_MAX = 20;

/** What is undefined stays as it is. */
export interface ModelChange {
  enabled?: boolean | undefined;
  maintenance?: boolean | undefined;
  openTasksMax?: number | null | undefined;
  /** Null is the price of the data file again. */
  price?: PriceRule | null | undefined;
  /** From when on the price holds; now, if not given. */
  priceFrom?: Date | undefined;
  /** The beginning of a price that is to come and shall not. */
  withdrawPriceFrom?: Date | undefined;
  /** By the name of an offer; those that are not named stay. */
  offers?: Record<string, store.OfferSetting> | undefined;
}

const UNCHANGED = { enabled: true, maintenance: false, open_tasks_max: null, offers: null };

/** Writes a change. @param nowMs of the clock of prices. @throws OperatorError for what cannot be. */
export async function writeModelChange(
  client: PoolClient,
  { model, nowMs }: { model: Model; nowMs: number },
  change: ModelChange,
): Promise<void> {
  await writeSwitches(client, model, change);
  if (change.price !== undefined) await writePrice(client, { model, nowMs }, change);
  if (change.withdrawPriceFrom) await withdrawPrice(client, { model, nowMs }, change.withdrawPriceFrom);
}

async function writeSwitches(client: PoolClient, model: Model, change: ModelChange): Promise<void> {
  const { enabled, maintenance, openTasksMax, offers } = change;
  if ([enabled, maintenance, openTasksMax, offers].every((value) => value === undefined)) return;
  const row = (await store.readModelSettings(client)).find((one) => one.model === model.model);
  const before = row ?? { ...UNCHANGED, model: model.model };
  const after = {
    model: model.model,
    enabled: enabled ?? before.enabled,
    maintenance: maintenance ?? before.maintenance,
    open_tasks_max: openTasksMax === undefined ? before.open_tasks_max : openTasksMax,
    offers: offers ? joinOffers(model, before.offers, offers) : before.offers,
  };
  await store.saveModelSetting(client, after);
  await recordAct(client, { action: 'model.change', subject: model.model, before, after });
}

function joinOffers(
  model: Model,
  before: store.ModelSettingRow['offers'],
  given: Record<string, store.OfferSetting>,
): Record<string, store.OfferSetting> {
  const known = nameOffers(model.offers).map(({ id }) => id);
  const unknown = Object.keys(given).filter((id) => !known.includes(id));
  if (unknown.length > 0)
    throw new OperatorError(`offers: there is no offer ${unknown.join(', ')}; there are ${known.join(', ')}`);
  const joined = Object.entries(given).map(([id, setting]) => [id, { ...before?.[id], ...setting }]);
  return { ...before, ...Object.fromEntries(joined) };
}

async function writePrice(
  client: PoolClient,
  { model, nowMs }: { model: Model; nowMs: number },
  { price = null, priceFrom }: ModelChange,
): Promise<void> {
  const startsAt = beginOf(priceFrom, nowMs);
  const prices = (await store.readModelPrices(client)).filter((row) => row.model === model.model);
  const next = prices.filter((row) => row.starts_at.getTime() > nowMs);
  if (startsAt.getTime() > nowMs && next.length >= NEXT_PRICES_MAX)
    throw new OperatorError(`price_from: there are ${NEXT_PRICES_MAX} prices to come already`);
  const before = prices.findLast((row) => row.starts_at.getTime() <= startsAt.getTime());
  await store.deleteOldModelPrices(client, model.model, new Date(nowMs - DAY_MS));
  await store.saveModelPrice(client, { model: model.model, starts_at: startsAt, price });
  await recordAct(client, {
    action: 'price.set',
    subject: model.model,
    before: { price: before?.price ?? model.price },
    after: { price: price ?? model.price, holds_from: startsAt.toISOString() },
  });
}

function beginOf(from: Date | undefined, nowMs: number): Date {
  if (from === undefined) return new Date(nowMs);
  const fault = findBeginFault(from, nowMs);
  if (fault !== undefined) throw new OperatorError(`price_from: ${fault}`);
  return from.getTime() < nowMs ? new Date(nowMs) : from;
}

/** Why a price cannot begin at a moment; undefined when it can. */
export function findBeginFault(from: Date, nowMs: number): string | undefined {
  if (from.getTime() < nowMs - LATE_MS) return 'must not be in the past: what was quoted stays as it was';
  return from.getTime() > nowMs + AHEAD_DAYS_MAX * DAY_MS ? 'is more than ten years ahead' : undefined;
}

async function withdrawPrice(
  client: PoolClient,
  { model, nowMs }: { model: Model; nowMs: number },
  startsAt: Date,
): Promise<void> {
  const isToCome = startsAt.getTime() > nowMs;
  if (!isToCome || !(await store.deleteModelPrice(client, model.model, startsAt)))
    throw new OperatorError('withdraw_price_from: no price is to begin then', { errorName: 'conflict' });
  const before = { holds_from: startsAt.toISOString() };
  await recordAct(client, { action: 'price.withdraw', subject: model.model, before });
}
