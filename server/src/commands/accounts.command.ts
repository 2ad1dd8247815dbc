// accounts and keys: who may call, and with what.
import type { Command } from 'commander';
import type { AccountRow, KeyRow } from '../accounts/accounts.ts';
import type { Core } from '../core.ts';
import { createAccountWithTestCredits, FIRST_ACCOUNT, openAccountWithTestCredits } from '../doors/opening.ts';
import { presentAccount, presentKey, presentNewKey } from '../doors/operator/accounts.presenter.ts';
import { withOneMore } from '../doors/plain-page.ts';
import type { Book } from '../lib/money.ts';
import { readCap, readCount, readMode } from './arguments.ts';
import { withCore } from './environment.ts';
import { type Form, type JsonOption, type PageOptions, printPage, printRecord, withPage } from './output.ts';

const ACCOUNT: Form<AccountRow> = {
  present: presentAccount,
  summarize: ({ id, name, open_tasks_max, created_at, disabled_at }) => {
    return { id, name, open_tasks_max, created_at, disabled_at };
  },
};

const KEY: Form<KeyRow> = { present: presentKey, summarize: summarizeKey };

function summarizeKey(row: KeyRow) {
  return {
    id: row.id,
    key: row.hint,
    account: row.account_name,
    mode: row.mode,
    name: row.name,
    role: row.role,
    creates_per_10s: row.creates_max,
    reads_per_10s: row.reads_per_10s,
    open_tasks_max: row.open_tasks_max,
    strict: row.strict,
    created_at: row.created_at,
    disabled_at: row.disabled_at,
  };
}

export function addAccountCommands(program: Command): void {
  const accounts = program.command('accounts').description('who pays: owns keys, balances and tasks');
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

interface KeyOptions extends JsonOption {
  mode: Book;
  account: string;
  name: string;
  createsPer10s?: number;
  readsPer10s?: number;
  strict?: boolean;
}

export function addKeyCommands(program: Command): void {
  const keys = program.command('keys').description('API keys; each is shown once, when it is made');
  keys
    .command('create')
    .description('make a key and print it, this once')
    .requiredOption('--mode <mode>', 'live or test', readMode)
    .option(
      '--account <name>',
      'name or id of the account; "default" is made when it is missing',
      FIRST_ACCOUNT,
    )
    .option('--name <name>', 'a name for people', 'cli')
    .option('--creates-per-10s <count>', 'creates in ten seconds', readCount)
    .option('--reads-per-10s <count>', 'other calls in ten seconds, each process', readCount)
    .option('--strict', 'refuse unknown fields with 422')
    .option('--json', 'print JSON')
    .action((options: KeyOptions) => withCore((core) => createKey(core, options)));
  withPage(keys.command('list').description('keys by their first and last letters, the oldest first'))
    .option('--account <name>', 'only those of this account')
    .action((options: PageOptions & { account?: string }) =>
      withCore(async (core) => {
        const rows = await core.accounts.listKeys(options.account, withOneMore(options));
        printPage(rows, options, KEY);
      }),
    );
  keys
    .command('limit <key>')
    .description('change the rates and the cap of a key, by id or hint')
    .option('--creates-per-10s <count>', 'creates in ten seconds', readCount)
    .option('--reads-per-10s <count>', 'other calls in ten seconds, each process', readCount)
    .option('--open-tasks-max <count>', 'tasks at providers at once, or none for no limit', readCap)
    .option('--json', 'print JSON')
    .action((key: string, options: CapOption & { createsPer10s?: number; readsPer10s?: number }) =>
      withCore(async (core) => {
        const { createsPer10s, readsPer10s } = options;
        const change = { createsPer10s, readsPer10s, openTasksMax: capOf(options) };
        printRecord(await core.accounts.changeKey(key, change), options, KEY);
      }),
    );
  for (const [verb, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    keys
      .command(`${verb} <key>`)
      .description(disabled ? 'answers 403 within a second, by id or hint' : 'works again')
      .option('--json', 'print JSON')
      .action((key: string, options: JsonOption) =>
        withCore(async (core) => printRecord(await core.accounts.changeKey(key, { disabled }), options, KEY)),
      );
  }
}

/** Undefined keeps what there is, null takes it away. */
function capOf({ openTasksMax }: CapOption): number | null | undefined {
  return openTasksMax === 'none' ? null : openTasksMax;
}

async function createKey(core: Core, options: KeyOptions): Promise<void> {
  if (options.account === FIRST_ACCOUNT) await openAccountWithTestCredits(core, FIRST_ACCOUNT);
  const { key, row } = await core.accounts.createKey(options);
  printRecord(row, options, {
    present: (record) => presentNewKey({ key, row: record }),
    summarize: (record) => ({ ...summarizeKey(record), key }),
  });
}
