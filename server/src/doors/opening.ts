// What a new account begins with.
import type { PoolClient } from 'pg';
import type { AccountRow, Accounts } from '../accounts/accounts.ts';
import type { Credits } from '../credits/credits.ts';
import { MICROS_PER_CREDIT } from '../lib/money.ts';

/** What opening an account takes. */
export interface OpeningParts {
  accounts: Accounts;
  credits: Credits;
}

/** The account that a new instance has, and that commands take when none is named. */
export const FIRST_ACCOUNT = 'default';

const TEST_CREDITS = 1_000_000n;

/** Makes an account whose test book is filled, since test credits stand for no money; its live book is empty. */
export async function createAccountWithTestCredits(parts: OpeningParts, name: string): Promise<AccountRow> {
  return grantTestCredits(parts, await parts.accounts.create(name));
}

/** The same for an account that may be there already: it gets its test credits once. */
export async function openAccountWithTestCredits(parts: OpeningParts, name: string): Promise<AccountRow> {
  return grantTestCredits(parts, await parts.accounts.findOrCreate(name));
}

/** The same in a transaction of the caller. @returns the id of the account. */
export async function openAccountWithin(
  client: PoolClient,
  { accounts, credits }: OpeningParts,
  name: string,
): Promise<string> {
  const id = await accounts.findOrCreateWithin(client, name);
  await credits.grantWithin(client, testCreditsOf(id));
  return id;
}

async function grantTestCredits(parts: OpeningParts, account: AccountRow): Promise<AccountRow> {
  await parts.credits.grant(testCreditsOf(account.id));
  return account;
}

function testCreditsOf(accountId: string) {
  return {
    accountId,
    book: 'test',
    amount: TEST_CREDITS * MICROS_PER_CREDIT,
    reason: 'test credits of a new account',
    externalReference: `test-credits:${accountId}`,
  } as const;
}
