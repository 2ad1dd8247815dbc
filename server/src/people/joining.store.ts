// The SQL of people who join by signing in elsewhere.
import type { PoolClient } from 'pg';
import type { Role } from '../accounts/roles.ts';

export async function hasInvitation(client: PoolClient, email: string): Promise<boolean> {
  const { rows } = await client.query(
    `select exists (select from invitations where email = $1 and kind = 'join' and expires_at > now()) as found`,
    [email],
  );
  return rows[0].found;
}

interface FollowedInvitation {
  account_id: string | null;
  role: Role | null;
  is_operator: boolean;
}

/** Takes the open invitations of an address away and gives the person what they say. */
export async function joinByInvitations(
  client: PoolClient,
  { id, email }: { id: string; email: string },
): Promise<FollowedInvitation[]> {
  const { rows } = await client.query<FollowedInvitation>(
    `delete from invitations where email = $1 and kind = 'join' and expires_at > now()
     returning account_id, role, is_operator`,
    [email],
  );
  for (const { account_id, role } of rows) {
    if (account_id === null) continue;
    await client.query(
      'insert into memberships (person_id, account_id, role) values ($1, $2, $3) on conflict do nothing',
      [id, account_id, role],
    );
  }
  if (rows.some(({ is_operator }) => is_operator)) {
    await client.query('update people set is_operator = true where id = $1', [id]);
  }
  return rows;
}
