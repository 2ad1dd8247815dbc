// The SQL of creates that their clients have sent again by themselves.
import type { Pool } from 'pg';
import { withTransaction } from '../db/pool.ts';
import type { Book } from '../lib/money.ts';

/** Which creates a repeat may belong to. */
export interface ResendQuestion {
  accountId: string;
  book: Book;
  door: string;
  digest: Buffer;
  /** Of the repeat: 1 for the first one. */
  attempt: number;
  /** No older task is meant. */
  notBefore: string;
}

/** Equal bodies of an account within minutes; what comes after them is not looked at. */
const CANDIDATES_MAX = 1_000;

/**
 * Gives a repeat the task of the attempt before it. The lock on the balance makes the look wait for creates of the account
 * that are being written, whichever node writes them, and lets the repeats of an account follow one another.
 * @param isKnown says which tasks the client has shown to know, so that it cannot be asking for those.
 */
export async function claimResent(
  pool: Pool,
  question: ResendQuestion,
  isKnown: (taskId: string) => boolean,
): Promise<string | undefined> {
  const { accountId, book, door, digest, attempt, notBefore } = question;
  return withTransaction(pool, async (client) => {
    await client.query('select from balances where account_id = $1 and book = $2 for update', [
      accountId,
      book,
    ]);
    const { rows } = await client.query<{ id: string }>(
      `select id from tasks where account_id = $1 and book = $2 and id >= $3 and door = $4
         and request_digest = $5 and idempotency_key is null and coalesce(resent, 0) < $6
       order by coalesce(resent, 0) desc, id desc limit ${CANDIDATES_MAX}`,
      [accountId, book, notBefore, door, digest, attempt],
    );
    const found = rows.find(({ id }) => !isKnown(id));
    if (found)
      await client.query('update tasks set resent = $2 where id = $1 and account_id = $3', [
        found.id,
        attempt,
        accountId,
      ]);
    return found?.id;
  });
}

/** Keeps that a task was made by a repeat, so that no earlier repeat of another create is given it. */
export async function markResent(pool: Pool, taskId: string, attempt: number): Promise<void> {
  await pool.query('update tasks set resent = greatest(resent, $2) where id = $1', [taskId, attempt]);
}
