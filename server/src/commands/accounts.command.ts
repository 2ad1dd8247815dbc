// accounts: who pays.
import type { Command } from 'commander';
import type { AccountRow } from '../accounts/accounts.ts';
import { createAccountWithTestCredits } from '../doors/opening.ts';
import { presentAccount } from '../doors/operator/accounts.presenter.ts';
import { withOneMore } from '../doors/plain-page.ts';
import { readCap } from './arguments.ts';
import { withCore } from './environment.ts';
import { type Form, type JsonOption, type PageOptions, printPage, printRecord, withPage } from './output.ts';

const ACCOUNT: Form<AccountRow> = {
  present: presentAccount,
  summarize: ({ id, name, open_tasks_max, created_at, disabled_at }) => {
    return { id, name, open_tasks_max, created_at, disabled_at };
  },
};

export function addAccountCommands(accounts: Command): void {
  withPage(accounts.command('list').description('accounts, the oldest first')).action(
    (options: PageOptions) =>
      withCore(async (core) => printPage(await core.accounts.list(withOneMore(options)), options, ACCOUNT)),
  );
  accounts
    .command('create <name>')
    .description('with test credits, and nothing in the live book')
    .option('--json', 'print JSON')
    .action((name: string, options: JsonOption) =>
      withCore(async (core) => printRecord(await createAccountWithTestCredits(core, name), options, ACCOUNT)),
    );
  accounts
    .command('limit <account>')
    .description('how many of its tasks may be at providers at once; further ones wait in pending')
    .requiredOption('--open-tasks-max <count>', 'a number, or none', readCap)
    .option('--json', 'print JSON')
    .action((account: string, options: CapOption) =>
      withCore(async (core) => {
        const openTasksMax = capOf(options);
        printRecord(await core.accounts.change(account, { openTasksMax }), options, ACCOUNT);
      }),
    );
  for (const [verb, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    accounts
      .command(`${verb} <account>`)
      .description(disabled ? 'every key of it answers 403 within a second' : 'its keys work again')
      .option('--json', 'print JSON')
      .action((account: string, options: JsonOption) =>
        withCore(async (core) =>
          printRecord(await core.accounts.change(account, { disabled }), options, ACCOUNT),
        ),
      );
  }
}

/** What `limit` of accounts, keys and models takes. */
interface CapOption extends JsonOption {
  openTasksMax?: number | 'none';
}

/** Undefined keeps what there is, null takes it away. */
function capOf({ openTasksMax }: CapOption): number | null | undefined {
  return openTasksMax === 'none' ? null : openTasksMax;
}
