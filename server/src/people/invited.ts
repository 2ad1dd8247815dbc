// Joining by an open invitation when somebody signs in elsewhere.
import type { Pool } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { withTransaction } from '../db/pool.ts';
import { joinByInvitations } from './invited.store.ts';

/** Gives a person that has just joined what its invitations say; each counts once. */
export async function followInvitations(pool: Pool, person: { id: string; email: string }): Promise<void> {
  await withTransaction(pool, async (client) => {
    for (const { account_id: accountId, role, is_operator } of await joinByInvitations(client, person)) {
      await recordAct(client, {
        action: 'invitation.accept',
        subject: person.email,
        accountId: accountId ?? undefined,
        after: { role, is_operator },
      });
    }
  });
}
