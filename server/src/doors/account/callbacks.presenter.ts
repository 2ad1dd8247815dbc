// Callbacks and inboxes as members of the account read them. Nothing here may show a secret or a signature.
import type {
  CallbackInFull,
  CallbackRow,
  DeliveryRow,
  SecretInShort,
  TriedOut,
} from '../../callbacks/callbacks.ts';
import type { InboxRequestRow, InboxRow } from '../../callbacks/inboxes.ts';
import { SECOND_MS } from '../../lib/time.ts';
import { USER_AGENT } from '../../lib/version.ts';
import type { Presented } from '../plain-schemas.ts';
import type {
  callback,
  callbackInFull,
  callbackTry,
  inbox,
  inboxRequest,
  secretInShort,
} from './callbacks.schemas.ts';

const SIGNATURE = 'webhook-signature';

export function presentCallback(
  row: CallbackRow,
  lastTry: DeliveryRow | undefined,
): Presented<typeof callback> {
  return {
    id: row.id,
    task_id: row.task_id,
    occasion: row.occasion,
    url: row.url,
    state: row.state,
    tries: row.tries,
    next_try_at: presentTime(row.next_try_at),
    created_at: row.created_at.toISOString(),
    completed_at: presentTime(row.completed_at),
    last_try:
      lastTry === undefined
        ? null
        : { sent_at: lastTry.sent_at.toISOString(), http_status: lastTry.http_status, error: lastTry.error },
  };
}

export function presentInFull({
  callback,
  deliveries,
  body,
}: CallbackInFull): Presented<typeof callbackInFull> {
  return {
    ...presentCallback(callback, deliveries.at(-1)),
    body,
    all_tries: deliveries.map((delivery) => presentTry(callback, delivery)),
  };
}

/** The headers follow from the callback and the time, and are not kept; the signature is left out. */
function presentTry({ id }: CallbackRow, row: DeliveryRow): Presented<typeof callbackTry> {
  return {
    number: row.number,
    trigger: row.trigger,
    sent_at: row.sent_at.toISOString(),
    duration_ms: row.duration_ms,
    http_status: row.http_status,
    error: row.error,
    response_head: row.response_head,
    request_headers: {
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(row.sent_at.getTime() / SECOND_MS)),
    },
  };
}

/** What came of a test delivery. */
export function presentTest({ outcome, durationMs, headers }: TriedOut, body: string) {
  const shown = Object.entries({ 'user-agent': USER_AGENT, ...headers });
  return {
    is_delivered: outcome.kind === 'delivered',
    http_status: outcome.httpStatus ?? null,
    error: outcome.error ?? null,
    response_head: outcome.responseHead ?? null,
    duration_ms: durationMs,
    request_headers: Object.fromEntries(shown.filter(([name]) => name !== SIGNATURE)),
    body,
  };
}

export function presentSecret({
  end,
  createdAt,
  earlierUntil,
}: SecretInShort): Presented<typeof secretInShort> {
  return {
    hint: `whsec_…${end}`,
    created_at: presentTime(createdAt),
    earlier_until: presentTime(earlierUntil),
  };
}

export function presentInbox(row: InboxRow, url: string): Presented<typeof inbox> {
  return {
    id: row.id,
    url,
    created_at: row.created_at.toISOString(),
    expires_at: row.expires_at.toISOString(),
  };
}

export function presentRequest(row: InboxRequestRow): Presented<typeof inboxRequest> {
  return {
    id: row.id,
    received_at: row.received_at.toISOString(),
    method: row.method,
    query: row.query,
    headers: row.headers,
    body: row.body.toString('utf8'),
    body_bytes: row.body_bytes,
    signature: row.signature,
  };
}

function presentTime(date: Date | null): string | null {
  return date === null ? null : date.toISOString();
}
