// The people of an account and invitations, as the API answers them. None shows the token of a link.
import { invariant } from '../../errors.ts';
import type { InvitationRow, MemberRow } from '../../people/members.ts';
import type { Presented } from '../plain-schemas.ts';
import type { invitation, lookSchema, member } from './people.schemas.ts';

export function presentMember(row: MemberRow): Presented<typeof member> {
  return { ...row, joined_at: row.joined_at.toISOString() };
}

export function presentInvitation(row: InvitationRow): Presented<typeof invitation> {
  invariant(row.role, 'an invitation into an account is for a role');
  const { id, email, role, created_at, expires_at } = row;
  return { id, email, role, created_at: created_at.toISOString(), expires_at: expires_at.toISOString() };
}

export function presentLook(
  row: InvitationRow,
  isKnown: boolean,
): Presented<(typeof lookSchema)['response'][200]> {
  const { kind, email, account_id, account_name, role, is_operator } = row;
  return {
    kind,
    email,
    account: account_id !== null && account_name !== null ? { id: account_id, name: account_name } : null,
    role,
    operator: is_operator,
    is_known: isKnown,
  };
}
