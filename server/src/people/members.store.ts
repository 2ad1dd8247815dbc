// The SQL of members and of the links by which they join.
import type { Pool, PoolClient } from 'pg';
import type { Role } from '../accounts/roles.ts';

export interface MemberRow {
  id: string;
  email: string;
  name: string;
  role: Role;
  joined_at: Date;
}

export interface InvitationRow {
  id: string;
  kind: 'join' | 'password';
  email: string;
  account_id: string | null;
  account_name: string | null;
  role: Role | null;
  is_operator: boolean;
  created_at: Date;
  expires_at: Date;
}

export interface NewInvitation {
  id: string;
  kind: InvitationRow['kind'];
  digest: Buffer;
  email: string;
  accountId: string | null;
  role: Role | null;
  isOperator: boolean;
}

export interface PersonAccountsRow {
  id: string;
  email: string;
  name: string;
  is_operator: boolean;
  has_second_factor: boolean;
  created_at: Date;
  accounts: { id: string; name: string; role: Role }[];
}

interface Page {
  after?: string | undefined;
  limit: number;
}

const MEMBER = `select p.id, p.email, p.name, m.role, m.created_at as joined_at
  from memberships m join people p on p.id = m.person_id where m.account_id = $1`;

export async function listMembers(
  pool: Pool,
  accountId: string,
  { after, limit }: Page,
): Promise<MemberRow[]> {
  const { rows } = await pool.query<MemberRow>(
    `${MEMBER} and ($2::uuid is null or p.id > $2) order by p.id limit $3`,
    [accountId, after, limit],
  );
  return rows;
}

export async function findMember(
  client: Pool | PoolClient,
  accountId: string,
  personId: string,
): Promise<MemberRow | undefined> {
  const { rows } = await client.query<MemberRow>(`${MEMBER} and p.id::text = $2`, [accountId, personId]);
  return rows[0];
}

/** The owners of an account, who stay what they are until the transaction ends. */
export async function lockOwners(
  client: PoolClient,
  accountId: string,
): Promise<{ person_id: string; name: string }[]> {
  const { rows } = await client.query<{ person_id: string; name: string }>(
    `select m.person_id, a.name from memberships m join accounts a on a.id = m.account_id
     where m.account_id = $1 and m.role = 'owner' order by m.person_id for update of m`,
    [accountId],
  );
  return rows;
}

/** The accounts that a person owns, in the order in which they are locked. */
export async function listOwned(client: PoolClient, personId: string): Promise<string[]> {
  const { rows } = await client.query<{ account_id: string }>(
    `select account_id from memberships where person_id = $1 and role = 'owner' order by account_id`,
    [personId],
  );
  return rows.map(({ account_id }) => account_id);
}

export async function deleteMember(client: PoolClient, accountId: string, personId: string): Promise<void> {
  await client.query('delete from memberships where account_id = $1 and person_id = $2', [
    accountId,
    personId,
  ]);
}

const PERSON_ACCOUNTS = `select p.id, p.email, p.name, p.is_operator, p.has_second_factor, p.created_at,
    coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'role', m.role) order by a.id)
      filter (where a.id is not null), '[]') as accounts
  from people p left join memberships m on m.person_id = p.id left join accounts a on a.id = m.account_id`;

/** Everybody who can sign in, with their accounts; the earliest first. */
export async function listPeople(pool: Pool, { after, limit }: Page): Promise<PersonAccountsRow[]> {
  const { rows } = await pool.query<PersonAccountsRow>(
    `${PERSON_ACCOUNTS} where $1::uuid is null or p.id > $1 group by p.id order by p.id limit $2`,
    [after, limit],
  );
  return rows;
}

/** @param emailOrId an address in small letters, or an id. */
export async function findPersonAccounts(
  client: Pool | PoolClient,
  emailOrId: string,
): Promise<PersonAccountsRow | undefined> {
  const { rows } = await client.query<PersonAccountsRow>(
    `${PERSON_ACCOUNTS} where p.email = $1 or p.id::text = $1 group by p.id`,
    [emailOrId],
  );
  return rows[0];
}

export async function findPersonByEmail(
  client: Pool | PoolClient,
  email: string,
): Promise<{ id: string } | undefined> {
  const { rows } = await client.query('select id from people where email = $1', [email]);
  return rows[0];
}

export async function setOperator(client: PoolClient, personId: string, isOperator: boolean): Promise<void> {
  await client.query('update people set is_operator = $2, updated_at = now() where id = $1', [
    personId,
    isOperator,
  ]);
}

export async function deletePerson(client: PoolClient, personId: string): Promise<void> {
  await client.query('delete from people where id = $1', [personId]);
}

/** Writes a link in place of those that the address has for the same; an earlier run may have done that. */
export async function putInvitation(
  client: PoolClient,
  invitation: NewInvitation,
  hours: number,
): Promise<void> {
  await client.query(
    `delete from invitations where email = $1 and kind = $2 and account_id is not distinct from $3 and id <> $4`,
    [invitation.email, invitation.kind, invitation.accountId, invitation.id],
  );
  await client.query(
    `insert into invitations (id, kind, digest, email, account_id, role, is_operator, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(hours => $8)) on conflict (id) do nothing`,
    [
      invitation.id,
      invitation.kind,
      invitation.digest,
      invitation.email,
      invitation.accountId,
      invitation.role,
      invitation.isOperator,
      hours,
    ],
  );
}

const INVITATION = `select i.id, i.kind, i.email, i.account_id, a.name as account_name, i.role, i.is_operator,
    i.created_at, i.expires_at
  from invitations i left join accounts a on a.id = i.account_id where i.expires_at > now()`;

export async function listInvitations(pool: Pool, accountId: string, page: Page): Promise<InvitationRow[]> {
  const { rows } = await pool.query<InvitationRow>(
    `${INVITATION} and i.account_id = $1 and ($2::uuid is null or i.id > $2) order by i.id limit $3`,
    [accountId, page.after, page.limit],
  );
  return rows;
}

export async function countInvitations(pool: Pool, accountId: string): Promise<number> {
  const { rows } = await pool.query(
    'select count(*)::integer as count from invitations where account_id = $1 and expires_at > now()',
    [accountId],
  );
  return rows[0].count;
}

export async function findInvitation(
  client: Pool | PoolClient,
  digest: Buffer,
): Promise<InvitationRow | undefined> {
  const { rows } = await client.query<InvitationRow>(`${INVITATION} and i.digest = $1`, [digest]);
  return rows[0];
}

export async function findInvitationById(
  client: Pool | PoolClient,
  id: string,
): Promise<InvitationRow | undefined> {
  const { rows } = await client.query<InvitationRow>(`${INVITATION} and i.id::text = $1`, [id]);
  return rows[0];
}

/** Takes a link away. @returns whether it was there: of many callers one takes it. */
export async function deleteInvitation(client: PoolClient, id: string): Promise<boolean> {
  const { rowCount } = await client.query('delete from invitations where id = $1', [id]);
  return rowCount === 1;
}
