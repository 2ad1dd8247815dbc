// Who is signed in, as the API answers it.
import type { Session } from '../../people/people.ts';
import type { Presented } from '../plain-schemas.ts';
import type { me, server } from './sessions.schemas.ts';

export type ServerFacts = Presented<typeof server>;

export function presentMe({ person, accounts }: Session, server: ServerFacts): Presented<typeof me> {
  return {
    person: {
      id: person.id,
      email: person.email,
      name: person.name,
      operator: person.is_operator,
      second_factor: person.has_second_factor,
    },
    accounts: accounts.map(({ account_id, account_name, role }) => ({
      id: account_id,
      name: account_name,
      role,
    })),
    server,
  };
}
