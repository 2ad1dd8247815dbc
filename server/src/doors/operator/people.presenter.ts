// People and the links that let them in, as the API answers them and the command prints them.
import { toUnixSeconds } from '../../lib/time.ts';
import type { InvitationRow, PersonAccountsRow } from '../../people/members.ts';
import type { Presented } from '../plain-schemas.ts';
import type { link, person } from './people.schemas.ts';

export function presentPerson(row: PersonAccountsRow): Presented<typeof person> {
  const { id, email, name, is_operator, has_second_factor, accounts, created_at } = row;
  return {
    id,
    email,
    name,
    operator: is_operator,
    second_factor: has_second_factor,
    accounts,
    created_at: toUnixSeconds(created_at),
  };
}

export function presentLink(made: { link: string; row: InvitationRow }): Presented<typeof link> {
  const { email, account_name, role, is_operator, expires_at } = made.row;
  return {
    email,
    account: account_name,
    role,
    operator: is_operator,
    expires_at: toUnixSeconds(expires_at),
    link: made.link,
  };
}
