// What a new account begins with.
import type { AccountRow } from '../accounts/accounts.ts';
import type { Core } from '../core.ts';
import { MICROS_PER_CREDIT } from '../lib/money.ts';

const TEST_CREDITS = 1_000_000n;

/** Makes an account whose test book is filled, since test credits stand for no money; its live book is empty. */
export async function createAccountWithTestCredits(core: Core, name: string): Promise<AccountRow> {
  return grantTestCredits(core, await core.accounts.create(name));
}

/** The same for an account that may be there already: it gets its test credits once. */
export async function openAccountWithTestCredits(core: Core, name: string): Promise<AccountRow> {
  return grantTestCredits(core, await core.accounts.findOrCreate(name));
}

async function grantTestCredits(core: Core, account: AccountRow): Promise<AccountRow> {
  await core.credits.grant({
    accountId: account.id,
    book: 'test',
    amount: TEST_CREDITS * MICROS_PER_CREDIT,
    reason: 'test credits of a new account',
    externalReference: `test-credits:${account.id}`,
  });
  return account;
}
