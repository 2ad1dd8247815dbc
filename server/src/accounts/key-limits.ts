// What bounds a key, and which of it a look-up carries. How fast a key creates and how much it spends is decided by the
// create statement; here is what a call alone can break.
import { AppError, refuseFaults } from '../errors.ts';
import { isInRanges, parseAddressRange } from '../lib/address-ranges.ts';
import type { Micros } from '../lib/money.ts';
import type { KeyRecord } from './keys.ts';

/** The bounds of a key. Null is none of its own. */
export interface KeyLimits {
  /** Creates that fit into a window. */
  createsMax: number;
  createsWindowSeconds: number;
  /** Other calls in ten seconds, in each process. */
  readsPer10s: number | null;
  /** Tasks that may be at providers at once; further ones wait. */
  openTasksMax: number | null;
  /** What the tasks of a day (UTC) may cost together. */
  creditsDayMax: Micros | null;
  /** What all its tasks may cost together. */
  creditsTotalMax: Micros | null;
  models: readonly string[] | null;
  /** Addresses and ranges (CIDR). */
  addresses: readonly string[] | null;
  expiresAt: Date | null;
  /** Whether agents may use it over MCP if it is a live key; a test key they may always use. */
  agentsLive: boolean;
  /** The price above which a person has to agree to the create of an agent. */
  agentsConfirmAbove: Micros | null;
  /** Unknown fields of a body are refused, even without a Prefer header. */
  strict: boolean;
}

/** A change of bounds: what is not named stays as it is. */
export type KeyLimitsChange = { [Name in keyof KeyLimits]?: KeyLimits[Name] | undefined };

/** @throws AppError `validation_failed` for addresses that have no reading, or an end in the past. */
export function checkLimits({ addresses, expiresAt }: KeyLimitsChange, nowMs: number): void {
  const faults = (addresses ?? []).flatMap((address) => {
    const range = parseAddressRange(address);
    return typeof range === 'string' ? [`addresses: ${address} ${range}`] : [];
  });
  if (expiresAt && expiresAt.getTime() <= nowMs) faults.push('expires_at: must be in the future');
  if (faults.length > 0) throw refuseFaults(faults);
}

/** @throws AppError `key_disabled`, `key_expired` or `address_not_allowed`. */
export function admitCall(record: KeyRecord, address: string): KeyRecord {
  if (record.disabled) throw new AppError('key_disabled');
  if (record.expired) throw new AppError('key_expired');
  if (record.ranges && !isInRanges(address, record.ranges)) {
    throw new AppError('address_not_allowed', { message: `This key may not be used from ${address}` });
  }
  return record;
}

/** @throws AppError `model_not_allowed`. */
export function admitModel({ models }: Pick<KeyRecord, 'models'>, model: string): void {
  if (models === null || models.includes(model)) return;
  throw new AppError('model_not_allowed', {
    message: `This key may not use ${model}; it may use ${models.join(', ')}`,
  });
}
