// Tickets of KickArt, which stand for a pair of keys for a while. Each is kept in memory until shortly before
// it expires, and fetched once however many calls wait for it. They are secrets: they go only to KickArt and
// show nowhere.
//
// States of a ticket: asked for -> held -> forgotten (too old, or refused by KickArt).
import { createHash } from 'node:crypto';
import { BoundedMap } from '../../lib/bounded-map.ts';
import { MINUTE_MS } from '../../lib/time.ts';
import { askFor, failureOfStatus, readGood } from '../answers.ts';
import type { CallContext, Failure, FailureReason } from '../contract.ts';
import type { TicketSource } from './account.ts';
import { describeCode, ruleOf } from './codes.ts';
import { readReport } from './map.ts';
import { signedCall } from './signed-call.ts';
import { ticketSchema } from './wire.ts';

const ACTION = 'GetOpenAPITicket';
/** A ticket must not expire while a slow call carries it. */
const MARGIN_MS = 5 * MINUTE_MS;
const HELD_MAX = 1000;

interface Held {
  ticket: string;
  untilMs: number;
}

export interface Ticket {
  ticket: string;
  /** It was fetched for this call: if it is refused, the keys are at fault and not its age. */
  isFresh: boolean;
}

/** What the engine does about a call without a ticket; any other reason is worth another try. */
const KEPT: readonly FailureReason[] = ['bad_credentials', 'quota_exhausted', 'rate_limited'];

export class TicketStore {
  readonly #held = new BoundedMap<string, Held>(HELD_MAX);
  readonly #asking = new Map<string, Promise<Held | { failure: Failure }>>();

  /** The ticket of an account. */
  async get(source: TicketSource, context: CallContext): Promise<Ticket | { failure: Failure }> {
    const name = nameOf(source, context);
    const held = this.#held.get(name);
    if (held && held.untilMs > context.steady()) return { ticket: held.ticket, isFresh: false };
    const asking = this.#asking.get(name) ?? this.#ask(name, source, context);
    const answer = await asking;
    return 'failure' in answer ? answer : { ticket: answer.ticket, isFresh: true };
  }

  /** After a refusal: the next call fetches another. A ticket that was fetched meanwhile stays. */
  forget(source: TicketSource, context: CallContext, ticket: string): void {
    const name = nameOf(source, context);
    if (this.#held.get(name)?.ticket === ticket) this.#held.delete(name);
  }

  #ask(name: string, source: TicketSource, context: CallContext): Promise<Held | { failure: Failure }> {
    const asking = fetchTicket(source, context)
      .then((answer) => {
        if (!('failure' in answer)) this.#held.set(name, answer);
        return answer;
      })
      .finally(() => this.#asking.delete(name));
    this.#asking.set(name, asking);
    return asking;
  }
}

/** Changed keys count as another account; the digest keeps the keys out of memory dumps of the map. */
function nameOf({ signer }: TicketSource, { credential }: CallContext): string {
  return createHash('sha256')
    .update(JSON.stringify([credential.id, signer]))
    .digest('hex');
}

async function fetchTicket(
  { signer, lifeMinutes }: TicketSource,
  context: CallContext,
): Promise<Held | { failure: Failure }> {
  const askedAtMs = context.steady();
  const answer = await askFor(context, signedCall(signer, { action: ACTION, text: '' }, context.clock()));
  if ('failure' in answer) return { failure: { ...answer.failure, reason: 'unavailable' } };
  const ticket = readGood(ticketSchema, answer)?.data.ticket;
  if (ticket !== undefined) {
    const lifeMs = lifeMinutes * MINUTE_MS;
    return { ticket, untilMs: askedAtMs + lifeMs - Math.min(MARGIN_MS, lifeMs / 2) };
  }
  const report = readReport('a', answer.json) ?? readReport('b', answer.json);
  const rule = report && ruleOf(report.code);
  const failure = rule ? describeCode(report.code, rule) : failureOfStatus(answer);
  return { failure: KEPT.includes(failure.reason) ? failure : { ...failure, reason: 'unavailable' } };
}
