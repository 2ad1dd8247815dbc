// How callbacks and their deliveries read to an operator.
import type { CallbackRow, DeliveryRow } from '../../callbacks/callbacks.ts';
import { toUnixSeconds } from '../../lib/time.ts';
import type { PresentedPage } from '../plain-page.ts';
import type { Presented } from '../plain-schemas.ts';
import type { callback, delivery, replayAnyCallbackSchema } from './callbacks.schemas.ts';
import { presentTime } from './present.ts';

export function presentCallback(row: CallbackRow): Presented<typeof callback> {
  return {
    id: row.id,
    task_id: row.task_id,
    occasion: row.occasion,
    account_id: row.account_id,
    book: row.test_mode ? 'test' : 'live',
    url: row.url,
    state: row.state,
    tries: row.tries,
    next_try_at: presentTime(row.next_try_at),
    created_at: toUnixSeconds(row.created_at),
    completed_at: presentTime(row.completed_at),
  };
}

/** All of them are one page: the log of a callback has a bound. */
export function presentDeliveries(rows: readonly DeliveryRow[]): PresentedPage<Presented<typeof delivery>> {
  return { items: rows.map(presentDelivery), next: null };
}

function presentDelivery(row: DeliveryRow): Presented<typeof delivery> {
  return {
    number: row.number,
    trigger: row.trigger,
    sent_at: toUnixSeconds(row.sent_at),
    duration_ms: row.duration_ms,
    http_status: row.http_status,
    error: row.error,
    response_head: row.response_head,
  };
}

export function presentReplay(id: string): Presented<(typeof replayAnyCallbackSchema.response)[200]> {
  return { callback_id: id, queued: true };
}
