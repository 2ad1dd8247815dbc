// credits: the ledger.
import type { Command } from 'commander';
import type { AccountRow } from '../accounts/accounts.ts';
import type { Core } from '../core.ts';
import type { LossRow, StatementRow } from '../credits/credits.ts';
import { FIRST_ACCOUNT } from '../doors/opening.ts';
import {
  type BalanceOfBook,
  presentBalances,
  presentLoss,
  presentMovement,
} from '../doors/operator/credits.presenter.ts';
import { withOneMore } from '../doors/plain-page.ts';
import type { Book, Micros } from '../lib/money.ts';
import { readCredits, readMode } from './arguments.ts';
import { withCore } from './environment.ts';
import {
  creditsText,
  type Form,
  type JsonOption,
  type PageOptions,
  print,
  printPage,
  withPage,
} from './output.ts';

const MOVEMENT: Form<StatementRow> = {
  present: presentMovement,
  summarize: (row) => ({
    at: row.created_at,
    kind: row.kind,
    credits: creditsText(row.amount),
    balance: creditsText(row.balance),
    task: row.task_id,
    reason: row.reason,
  }),
};

const LOSS: Form<LossRow> = {
  present: presentLoss,
  summarize: ({ created_at: at, amount, book, account_id: account, task_id: task }) => {
    return { at, credits: creditsText(amount), book, account, task };
  },
};

interface MoveOptions extends JsonOption {
  account: string;
  book: Book;
  reason: string;
  reference?: string;
}

export function addCreditCommands(credits: Command): void {
  for (const kind of ['grant', 'adjust'] as const) {
    credits
      .command(kind)
      .description(kind === 'grant' ? 'add credits' : 'correct a balance; put -- before a negative amount')
      .argument('<credits>', 'such as 100 or 166.5', readCredits)
      .option('--account <name>', 'name or id of the account', FIRST_ACCOUNT)
      .option('--book <book>', 'live or test', readMode, 'live')
      .option('--reason <text>', 'for the statement', kind)
      .option('--reference <text>', 'of the payment: the same one twice adds credits once')
      .option('--json', 'print JSON')
      .action((amount: Micros, options: MoveOptions) =>
        withCore((core) => move(core, kind, amount, options)),
      );
  }
  credits
    .command('balance')
    .description('what an account has in both books')
    .option('--account <name>', 'name or id of the account', FIRST_ACCOUNT)
    .option('--json', 'print JSON')
    .action((options: JsonOption & { account: string }) =>
      withCore(async (core) => {
        const account = await core.accounts.find(options.account);
        const balances = await core.credits.balances(account.id);
        if (options.json) print({ items: presentBalances(account, balances), next: null }, options);
        else print(summarizeBalances(account, balances), options);
      }),
    );
  withPage(credits.command('statement').description('movements of credits, newest first'))
    .option('--account <name>', 'name or id of the account', FIRST_ACCOUNT)
    .option('--book <book>', 'live or test', readMode, 'live')
    .action((options: PageOptions & { account: string; book: Book }) =>
      withCore(async (core) => {
        const { id: accountId } = await core.accounts.find(options.account);
        const { after: before, limit } = withOneMore(options);
        const rows = await core.credits.statement({ accountId, book: options.book, before, limit });
        printPage(rows, options, MOVEMENT);
      }),
    );
  withPage(
    credits
      .command('losses')
      .description('results that came too late to be charged: what you bear yourself, newest first'),
  ).action((options: PageOptions) =>
    withCore(async (core) => {
      const { after: before, limit } = withOneMore(options);
      printPage(await core.credits.losses({ before, limit }), options, LOSS);
    }),
  );
  credits
    .command('audit')
    .description('prove the invariants of the ledger now; exit code 1 when one is broken')
    .option('--json', 'print JSON')
    .action((options: JsonOption) =>
      withCore(async (core) => {
        const violations = await core.credits.audit();
        print(options.json ? { violations } : violations.map((violation) => ({ ...violation })), options);
        if (violations.length > 0) process.exitCode = 1;
      }),
    );
}

async function move(
  core: Core,
  kind: 'grant' | 'adjust',
  amount: Micros,
  options: MoveOptions,
): Promise<void> {
  const account = await core.accounts.find(options.account);
  const { book, reason, reference: externalReference } = options;
  const moved = await core.credits[kind]({
    accountId: account.id,
    book,
    amount,
    reason,
    externalReference,
  });
  const balances = await core.credits.balances(account.id);
  if (options.json) print({ moved, balances: presentBalances(account, balances) }, options);
  else print(summarizeBalances(account, balances), options);
}

function summarizeBalances({ name }: AccountRow, balances: readonly BalanceOfBook[]) {
  return balances.map(({ book, posted, held }) => ({
    account: name,
    book,
    available: creditsText(posted - held),
    held: creditsText(held),
    posted: creditsText(posted),
  }));
}
