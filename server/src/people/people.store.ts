// The SQL of people, memberships and links. Sessions and passwords are written by better-auth, except where they belong
// into one transaction with other rows.
import type { Pool, PoolClient } from 'pg';
import type { Role } from '../accounts/roles.ts';

export interface PersonRow {
  id: string;
  email: string;
  name: string;
  is_operator: boolean;
  has_second_factor: boolean;
  created_at: Date;
}

export interface MembershipRow {
  account_id: string;
  account_name: string;
  role: Role;
}

export interface NewPerson {
  id: string;
  email: string;
  name: string;
  isOperator: boolean;
  /** Of the password. */
  hash: string;
  /** Of the way to sign in. */
  signInId: string;
}

const PERSON = 'select id, email, name, is_operator, has_second_factor, created_at from people';

export async function readMemberships(pool: Pool, personId: string): Promise<MembershipRow[]> {
  const { rows } = await pool.query<MembershipRow>(
    `select m.account_id, a.name as account_name, m.role from memberships m join accounts a on a.id = m.account_id
     where m.person_id = $1 order by a.id`,
    [personId],
  );
  return rows;
}

export async function hasPeople(client: Pool | PoolClient): Promise<boolean> {
  const { rows } = await client.query('select exists (select from people) as found');
  return rows[0].found;
}

export async function findPerson(client: Pool | PoolClient, id: string): Promise<PersonRow | undefined> {
  const { rows } = await client.query<PersonRow>(`${PERSON} where id = $1`, [id]);
  return rows[0];
}

export async function listOwnerAddresses(client: PoolClient, accountId: string): Promise<string[]> {
  const { rows } = await client.query<{ email: string }>(
    `select p.email from memberships m join people p on p.id = m.person_id
     where m.account_id = $1 and m.role = 'owner' order by p.id`,
    [accountId],
  );
  return rows.map(({ email }) => email);
}

/** Writes a person with a password. @returns false when another person has this address. */
export async function insertPerson(client: PoolClient, person: NewPerson): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into people (id, email, name, is_operator, email_verified) values ($1, $2, $3, $4, true)
     on conflict (email) do nothing`,
    [person.id, person.email, person.name, person.isOperator],
  );
  if (rowCount === 0) return false;
  await client.query(
    `insert into sign_ins (id, person_id, provider_id, account_id, password)
     values ($1, $2::uuid, 'credential', $2::text, $3)`,
    [person.signInId, person.id, person.hash],
  );
  return true;
}

/** Gives a person a role in an account, in place of the one that it had. */
export async function putMembership(
  client: PoolClient,
  { personId, accountId, role }: { personId: string; accountId: string; role: Role },
): Promise<void> {
  await client.query(
    `insert into memberships (person_id, account_id, role) values ($1, $2, $3)
     on conflict (person_id, account_id) do update set role = excluded.role`,
    [personId, accountId, role],
  );
}

export async function putSetupLink(pool: Pool, digest: Buffer, hours: number): Promise<void> {
  await pool.query(
    `insert into setup_links (digest, expires_at) values ($1, now() + make_interval(hours => $2))
     on conflict (is_only) do update set digest = excluded.digest, expires_at = excluded.expires_at`,
    [digest, hours],
  );
}

export async function hasSetupLink(pool: Pool, digest: Buffer): Promise<boolean> {
  const { rows } = await pool.query(
    'select exists (select from setup_links where digest = $1 and expires_at > now()) as found',
    [digest],
  );
  return rows[0].found;
}

/** Takes the link away. @returns whether it was the one and still counted: of many callers one takes it. */
export async function takeSetupLink(client: PoolClient, digest: Buffer): Promise<boolean> {
  const { rowCount } = await client.query(
    'delete from setup_links where digest = $1 and expires_at > now() returning 1',
    [digest],
  );
  return rowCount === 1;
}

/** The person of an address, with what is kept of its password if it has one. */
export async function findCredential(
  pool: Pool,
  email: string,
): Promise<{ id: string; hash: string | null } | undefined> {
  const { rows } = await pool.query<{ id: string; hash: string | null }>(
    `select p.id, s.password as hash from people p
     left join sign_ins s on s.person_id = p.id and s.provider_id = 'credential' where p.email = $1`,
    [email],
  );
  return rows[0];
}

/** What is kept of the password of a person, if it has one. */
export async function findPasswordHash(
  client: Pool | PoolClient,
  personId: string,
): Promise<string | undefined> {
  const { rows } = await client.query<{ password: string | null }>(
    `select password from sign_ins where provider_id = 'credential' and person_id = $1`,
    [personId],
  );
  return rows[0]?.password ?? undefined;
}

/** Writes the password of a person that may have had none. */
export async function putPassword(
  client: PoolClient,
  { id, personId, hash }: { id: string; personId: string; hash: string },
): Promise<void> {
  await client.query(
    `insert into sign_ins (id, person_id, provider_id, account_id, password)
     values ($1, $2::uuid, 'credential', $2::text, $3)
     on conflict (provider_id, account_id) do update set password = excluded.password, updated_at = now()`,
    [id, personId, hash],
  );
}
