// The account door of a whole API on a real database, and people who are signed in at it. Only for tests.
import type { Role } from '../../accounts/roles.ts';
import { withTransaction } from '../../db/pool.ts';
import { type Answer, type Call, createTestApi, type TestApi } from '../../http/testing.ts';
import { newId } from '../../lib/ids.ts';
import { insertPerson, putMembership } from '../../people/people.store.ts';

export const PASSWORD = 'a long password of this test';

/** What a page of this server sends beside the cookie. */
export const OWN_PAGE = { 'sec-fetch-site': 'same-origin' };

/** A person that is signed in. */
export interface Member {
  id: string;
  email: string;
  /** The `Cookie` header. */
  cookie: string;
  /** Calls as the dashboard does: with the cookie, for an account and a book. */
  call(call: Call): Promise<Answer>;
}

export interface PeopleApi extends TestApi {
  /** Makes a person with roles in accounts, and signs it in. */
  signIn(roles?: Record<string, Role>, options?: { isOperator?: boolean; mode?: string }): Promise<Member>;
}

/** The cookie that an answer sets, as a browser sends it back. */
export function cookieOf({ headers }: Answer): string {
  return String(headers['set-cookie']).split(';')[0];
}

export async function createPeopleApi(environment: Record<string, string> = {}): Promise<PeopleApi> {
  const api = await createTestApi(environment);
  const { $context } = await api.core.people.auth();
  const hash = await (await $context).password.hash(PASSWORD);
  return {
    ...api,
    async signIn(roles = {}, { isOperator = false, mode = 'test' } = {}) {
      const id = newId();
      const email = `${id}@example.com`;
      await withTransaction(api.core.pool, async (client) => {
        await insertPerson(client, { id, email, name: 'A person', isOperator, hash, signInId: newId() });
        for (const [accountId, role] of Object.entries(roles)) {
          await putMembership(client, { personId: id, accountId, role });
        }
      });
      // As after a right password, without its check: that one takes a tenth of a second of work, for each of these people.
      const session = api.core.people.makeSession({ address: '127.0.0.1', userAgent: 'a test' });
      const answers = await api.core.people.enter(session, async () => ({ personId: id, verdict: 'right' }));
      const cookie = answers[0].split(';')[0];
      const [accountId = ''] = Object.keys(roles);
      const own = { cookie, ...OWN_PAGE, 'x-reelay-account': accountId, 'x-reelay-mode': mode };
      return {
        id,
        email,
        cookie,
        call: ({ headers, ...call }) => api.call({ ...call, headers: { ...own, ...headers } }),
      };
    },
  };
}
