// How a checked create becomes a task, at every door: the check with its price, what is on offer, the write, and the task
// of an earlier create. A door reads its own form of a body and answers in its own words; what may be created, and what it
// costs, is decided here, so that no door is cheaper or laxer than another.
import { admitModel } from '../accounts/key-limits.ts';
import type { KeyRecord } from '../accounts/keys.ts';
import { findAssetIds } from '../catalog/asset-names.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { CheckedCreate, CreateForm, SentCreate } from '../catalog/check.ts';
import type { LiveMarket } from '../dispatch/market.ts';
import { AppError } from '../errors.ts';
import type { Assets } from '../files/assets.ts';
import type { Json } from '../lib/json.ts';
import { floorCredits, formatCredits } from '../lib/money.ts';
import { MINUTE_MS } from '../lib/time.ts';
import type { Admission, Created, CreateRequest, Idempotency } from '../tasks/create.ts';

/** What creating takes of the domain. */
export interface CreatingParts {
  catalog: Catalog;
  admission: Admission;
  /**
   * The reason why the draft provider cannot work here, if it cannot; creates with test keys are then refused at once.
   */
  draftUnavailable: string | undefined;
  market: LiveMarket;
  assets: Assets;
  /** The time limit of tasks whose model has none of its own. */
  taskMinutesMax: number;
}

/** Errors with which a body is refused, whether a task is to be made of it or only its price said. */
export const CHECK_ERRORS = [
  'validation_failed',
  'body_unreadable',
  'maintenance',
  'model_disabled',
  'model_not_allowed',
  'rate_limited',
] as const;

/** Errors with which a create is refused. */
export const CREATE_ERRORS = [
  ...CHECK_ERRORS,
  'insufficient_credits',
  'key_daily_limit_reached',
  'key_total_limit_reached',
  'idempotency_conflict',
  'price_above_limit',
  'provider_unavailable',
] as const;

/** The shortest cool-down of an account. */
const DOWN_RETRY_SECONDS = 60;

/** A body as the catalogue reads it, and how its door words it. */
export interface Asked {
  /** `model`, `input` and whatever else the form knows. */
  value: Json;
  form: CreateForm;
  /** Unknown names are faults. */
  strict: boolean;
}

/** Checks a body and finds its price. @throws AppError if no task may be made of it. */
export async function quote(
  parts: CreatingParts,
  caller: KeyRecord,
  { value, form, strict }: Asked,
): Promise<CheckedCreate> {
  const testMode = caller.mode === 'test';
  const assets = await parts.assets.addressesOf(caller.accountId, findAssetIds(value));
  const checked = await parts.catalog.quoteCreate(value, { form, testMode, strict, assets });
  admitModel(caller, checked.model.model);
  return checked;
}

/** The same for a create that is meant. @param asked.maxCredits the price above which the client wants no task. */
export async function checkCreate(
  parts: CreatingParts,
  caller: KeyRecord,
  asked: Asked & { maxCredits: number | undefined },
): Promise<CheckedCreate> {
  const checked = await quote(parts, caller, asked);
  refuseAbove(asked.maxCredits, checked);
  await refuseUnavailable(parts, caller, checked.model.model);
  await refuseMisfit(parts, caller, checked);
  return checked;
}

function refuseAbove(maxCredits: number | undefined, { price }: CheckedCreate): void {
  if (maxCredits === undefined || price.micros <= floorCredits(maxCredits)) return;
  throw new AppError('price_above_limit', {
    message: `The price is ${formatCredits(price.micros)} credits, above max_credits ${maxCredits}`,
  });
}

/** @throws AppError `provider_unavailable` or `model_disabled`. */
async function refuseUnavailable(parts: CreatingParts, { mode }: KeyRecord, model: string): Promise<void> {
  const unavailable = mode === 'test' ? parts.draftUnavailable : undefined;
  if (unavailable !== undefined) throw new AppError('provider_unavailable', { message: unavailable });
  if (mode === 'test') return;
  switch (await parts.market.availabilityOf(model)) {
    case 'open':
      return;
    case 'down':
      throw new AppError('provider_unavailable', {
        message: `No provider account can take ${model} now, try again later`,
        retryAfterSeconds: DOWN_RETRY_SECONDS,
      });
    case 'none': {
      const message = `${model} has no enabled offer for live keys; a test key can try it`;
      throw new AppError('model_disabled', { message });
    }
  }
}

/** @throws AppError `validation_failed` for what every provider of the model would leave out or could not fetch. */
async function refuseMisfit(
  parts: CreatingParts,
  { mode }: KeyRecord,
  checked: CheckedCreate,
): Promise<void> {
  if (mode === 'test') return;
  const { model } = checked.model;
  const misfit = await parts.market.findMisfit(model, parts.catalog.fillInput(model, checked.input));
  if (misfit !== undefined) throw new AppError('validation_failed', { errors: [misfit] });
}

/** What a door says of a create beside the checked body. */
export type CreateFacts = Pick<
  CreateRequest,
  'door' | 'callbackUrl' | 'metadata' | 'idempotency' | 'rawBody'
> & {
  /** What is kept as sent, where that is more than the check found. */
  sent?: SentCreate;
};

/** Writes the task of a checked create. @throws AppError as `Admission.create`. */
export function writeTask(
  parts: CreatingParts,
  caller: KeyRecord,
  { checked, facts }: { checked: CheckedCreate; facts: CreateFacts },
): Promise<Created> {
  const sent = facts.sent ?? checked.sent;
  return parts.admission.create(caller, {
    ...facts,
    model: checked.model.model,
    input: JSON.stringify(checked.input),
    sent: sent === undefined ? null : JSON.stringify(sent),
    priceMicros: checked.price.micros,
    priceVersion: checked.price.version,
    // Four minutes and a tenth are not a whole number of milliseconds in floating point.
    lifetimeMs: Math.round((checked.model.deadline_minutes ?? parts.taskMinutesMax) * MINUTE_MS),
    skipsRender: checked.skipsRender,
  });
}

/** A repeated create gets the task of the first one, whatever would prevent a new one now. @throws the refusal. */
export async function findReplayed(
  { admission }: Pick<CreatingParts, 'admission'>,
  key: KeyRecord,
  { error, idempotency }: { error: unknown; idempotency: Idempotency | undefined },
): Promise<Created> {
  const isRefusal = error instanceof AppError && error.errorName !== 'database_unavailable';
  const earlier =
    isRefusal && idempotency !== undefined ? await admission.findReplayed(key, idempotency) : undefined;
  if (earlier === undefined) throw error;
  return earlier;
}
