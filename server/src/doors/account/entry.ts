// What the routes share that let somebody in: who may try, how often, and how the answer carries the cookie.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { type ErrorName, invariant } from '../../errors.ts';
import { guardAnswer, refuseForeignPage } from '../../http/callers.ts';
import { toAddress } from '../../people/newcomer.ts';
import type { People } from '../../people/people.ts';
import type { Origin } from '../../people/session-form.ts';
import { Tries } from '../../people/tries.ts';
import { send } from '../plain.ts';
import { presentMe, type ServerFacts } from './sessions.presenter.ts';

export interface EntryParts {
  pool: Pool;
  people: People;
  /** What a page needs to know of the server before anybody is signed in. */
  describeServer: () => ServerFacts;
}

/** Faults of a body. */
export const BODY_ERRORS: readonly ErrorName[] = ['validation_failed', 'body_unreadable'];

/** Policy of a route for somebody who is not signed in yet. */
export function forAnybody(...errors: ErrorName[]) {
  return { access: 'public', rate: 'address', errors: ['not_permitted', ...errors] } as const;
}

/** Policy of a route for a person, whatever the account. */
export function forPerson(...errors: ErrorName[]) {
  return { access: 'person', rate: 'none', errors } as const;
}

/** Where a request came from, as its session will show it. */
export function originOf({ ip, headers }: FastifyRequest): Origin {
  return { address: ip, userAgent: headers['user-agent']?.slice(0, 300) };
}

export class Entry {
  readonly #parts: EntryParts;
  readonly #tries: Tries;

  constructor(parts: EntryParts) {
    this.#parts = parts;
    this.#tries = new Tries(parts.pool);
  }

  /**
   * Counts one try to get in on all nodes, by the address that it comes from and the email that it names.
   * @throws AppError `rate_limited`, and `not_permitted` for a page of another site.
   */
  async admit(request: FastifyRequest, email?: string): Promise<void> {
    refuseForeignPage(request);
    await this.#tries.signIn(request.ip, ...(email === undefined ? [] : [toAddress(email)]));
  }

  /** Counts one mail that somebody asks for. @throws AppError `rate_limited`. */
  async admitMail(email: string): Promise<void> {
    await this.#tries.mail(toAddress(email));
  }

  /** Answers with who is signed in from now on, and with the cookie. */
  async welcome(reply: FastifyReply, cookies: string[]): Promise<FastifyReply> {
    const { people, describeServer } = this.#parts;
    const session = await people.find(cookies.map((cookie) => cookie.split(';')[0]).join('; '));
    invariant(session, 'a session that was just made is found');
    guardAnswer(reply, { cookies });
    return send(reply, presentMe(session, describeServer()));
  }

  /** The browser forgets the cookie that no longer opens anything. */
  leave(reply: FastifyReply): FastifyReply {
    guardAnswer(reply, { cookies: [this.#parts.people.goneCookie] });
    return send(reply, {});
  }
}
