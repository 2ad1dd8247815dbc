// A line of the audit log as operators read it: at the route, in its files, and from the command with --json.

import type { AuditRow } from '../../audit/audit.ts';
import { csvLine as writeLine } from '../../lib/csv.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import type { Presented } from '../plain-schemas.ts';
import type { act } from './acts.schemas.ts';

export function presentAct(row: AuditRow): Presented<typeof act> {
  return {
    id: row.id,
    created_at: toUnixSeconds(row.created_at),
    actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
    action: row.action,
    subject: row.subject,
    account_id: row.account_id,
    before: row.before,
    after: row.after,
    origin: row.origin,
    address: row.address,
    request_id: row.request_id,
  };
}

const COLUMNS = [
  'time',
  'actor_kind',
  'actor',
  'action',
  'subject',
  'account_id',
  'before',
  'after',
  'origin',
  'address',
  'request_id',
];

/** The names of the columns. */
export function csvHead(): string {
  return writeLine(COLUMNS);
}

export function csvLine(row: AuditRow): string {
  const cells = [
    row.created_at.toISOString(),
    row.actor_kind,
    row.actor_name,
    row.action,
    row.subject,
    row.account_id,
    row.before && JSON.stringify(row.before),
    row.after && JSON.stringify(row.after),
    row.origin,
    row.address,
    row.request_id,
  ];
  return writeLine(cells);
}
