// The SQL of sessions, and of the lock under which they are made. better-auth reads them, prolongs them, and makes those of
// a sign-in elsewhere.
import type { Pool, PoolClient } from 'pg';
import { CALLER_CHANNEL } from '../accounts/caller-notice.ts';
import { type NewSession, SESSION_SECONDS } from './session-form.ts';

/**
 * Keeps what decides about a session as it is until the transaction ends. Whatever ends sessions of a person, or asks more
 * of a sign-in from then on, takes the same lock first, so that no session is made beside it.
 * @returns whether there is such a person, and whether it has a second factor.
 */
export async function lockPerson(
  client: PoolClient,
  personId: string,
): Promise<{ id: string; has_second_factor: boolean } | undefined> {
  const { rows } = await client.query<{ id: string; has_second_factor: boolean }>(
    'select id, has_second_factor from people where id = $1 for no key update',
    [personId],
  );
  return rows[0];
}

export async function insertSession(
  client: PoolClient,
  personId: string,
  { id, token, from }: NewSession,
): Promise<void> {
  await client.query(
    `insert into sessions (id, person_id, token, expires_at, ip_address, user_agent)
     values ($1, $2, $3, now() + make_interval(secs => $4), $5, $6)`,
    [id, personId, token, SESSION_SECONDS, from.address, from.userAgent ?? ''],
  );
}

/** @returns the id of the person. */
export async function findHolder(client: PoolClient, id: string): Promise<string | undefined> {
  const { rows } = await client.query<{ person_id: string }>('select person_id from sessions where id = $1', [
    id,
  ]);
  return rows[0]?.person_id;
}

// Whatever ends sessions says so to all nodes, with the commit.
const ANNOUNCE = `select pg_notify('${CALLER_CHANNEL}', 'person ' || person_id)`;

export async function deleteSessions(client: Pool | PoolClient, personId: string): Promise<void> {
  await client.query(
    `with gone as (delete from sessions where person_id = $1)
     ${ANNOUNCE} from (select $1::uuid as person_id) p`,
    [personId],
  );
}

/** Ends the sessions of a person except one. */
export async function deleteOtherSessions(
  client: PoolClient,
  personId: string,
  sessionId: string,
): Promise<void> {
  await client.query(
    `with gone as (delete from sessions where person_id = $1 and id <> $2)
     ${ANNOUNCE} from (select $1::uuid as person_id) p`,
    [personId, sessionId],
  );
}

export async function deleteSession(client: Pool | PoolClient, id: string): Promise<void> {
  await client.query(
    `with gone as (delete from sessions where id = $1 returning person_id) ${ANNOUNCE} from gone`,
    [id],
  );
}
