// The SQL of the ways in which a person signs in.
import type { Pool, PoolClient } from 'pg';

export interface SignInRow {
  id: string;
  /** `credential` is the password. */
  provider_id: string;
  created_at: Date;
}

/** The earliest first. There are as many as providers, and the password. */
export async function listSignIns(client: Pool | PoolClient, personId: string): Promise<SignInRow[]> {
  const { rows } = await client.query<SignInRow>(
    'select id, provider_id, created_at from sign_ins where person_id = $1 order by created_at, id',
    [personId],
  );
  return rows;
}

export async function deleteSignIn(client: PoolClient, personId: string, id: string): Promise<void> {
  await client.query('delete from sign_ins where person_id = $1 and id = $2', [personId, id]);
}
