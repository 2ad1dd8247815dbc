// How accounts and their keys read. A key is shown by its first and last letters; nothing else of it is stored.
import type { AccountRow, KeyRow } from '../../accounts/accounts.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import { presentLimits } from '../key-form.ts';
import type { Presented } from '../plain-schemas.ts';
import type { account, createKeySchema, key } from './accounts.schemas.ts';
import { presentTime } from './present.ts';

export function presentAccount(row: AccountRow): Presented<typeof account> {
  return {
    id: row.id,
    name: row.name,
    open_tasks_max: row.open_tasks_max,
    created_at: toUnixSeconds(row.created_at),
    disabled_at: presentTime(row.disabled_at),
  };
}

export function presentKey(row: KeyRow): Presented<typeof key> {
  return {
    id: row.id,
    hint: row.hint,
    account_id: row.account_id,
    account: row.account_name,
    mode: row.mode,
    name: row.name,
    role: row.role,
    ...presentLimits(row),
    created_at: toUnixSeconds(row.created_at),
    expires_at: presentTime(row.expires_at),
    last_used_at: presentTime(row.last_used_at),
    disabled_at: presentTime(row.disabled_at),
    earlier: row.earlier_ends_at && {
      hint: row.earlier_hint ?? '',
      ends_at: toUnixSeconds(row.earlier_ends_at),
    },
  };
}

/** The only time that a key is shown. */
export function presentNewKey({
  key: secret,
  row,
}: {
  key: string;
  row: KeyRow;
}): Presented<(typeof createKeySchema.response)[200]> {
  return { ...presentKey(row), key: secret };
}
