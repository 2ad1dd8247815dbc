// keys: who may call, with what, and within which bounds.
import type { Command } from 'commander';
import type { KeyRow } from '../accounts/accounts.ts';
import type { KeyLimitsChange } from '../accounts/key-limits.ts';
import { ROLES, type Role } from '../accounts/roles.ts';
import type { Core } from '../core.ts';
import { FIRST_ACCOUNT, openAccountWithTestCredits } from '../doors/opening.ts';
import { presentKey, presentNewKey } from '../doors/operator/accounts.presenter.ts';
import { withOneMore } from '../doors/plain-page.ts';
import type { Book, Micros } from '../lib/money.ts';
import { readBudget, readCap, readCount, readEnd, readMode, readRole, readWords } from './arguments.ts';
import { withCore } from './environment.ts';
import {
  creditsText,
  type Form,
  type JsonOption,
  type PageOptions,
  printPage,
  printRecord,
  withPage,
} from './output.ts';

const KEY: Form<KeyRow> = { present: presentKey, summarize: summarizeKey };

function summarizeKey(row: KeyRow) {
  return {
    id: row.id,
    key: row.hint,
    account: row.account_name,
    mode: row.mode,
    name: row.name,
    role: row.role,
    creates: `${row.creates_max} in ${row.window_seconds} s`,
    credits_today: bounded(row.spent_today, row.credits_day_max),
    credits_total: bounded(row.spent, row.credits_total_max),
    expires_at: row.expires_at,
    last_used_at: row.last_used_at,
    disabled_at: row.disabled_at,
  };
}

/** What is used, of what. */
function bounded(used: Micros, max: Micros | null): string {
  return max === null ? creditsText(used) : `${creditsText(used)} of ${creditsText(max)}`;
}

/** The options that bound a key; the word none takes a bound away. */
interface LimitOptions {
  creates?: number;
  window?: number;
  reads?: number | 'none';
  openTasksMax?: number | 'none';
  creditsPerDay?: Micros | 'none';
  creditsInAll?: Micros | 'none';
  models?: string[] | 'none';
  addresses?: string[] | 'none';
  expires?: Date | 'none';
  agents?: boolean;
  agentsConfirmAbove?: Micros | 'none';
}

interface KeyOptions extends JsonOption, LimitOptions {
  mode: Book;
  account: string;
  name: string;
  role?: Role;
  strict?: boolean;
}

const ROLE_WORDS = ROLES.join(', ');

function withLimits(command: Command): Command {
  return command
    .option('--creates <count>', 'creates that fit into a window', readCount)
    .option('--window <seconds>', 'of that window; 10 if not given', readCount)
    .option('--reads <count>', 'other calls in ten seconds, each process, or none', readCap)
    .option('--open-tasks-max <count>', 'tasks at providers at once, or none for no limit', readCap)
    .option('--credits-per-day <amount>', 'what the tasks of a day may cost, or none', readBudget)
    .option('--credits-in-all <amount>', 'what all its tasks may cost, or none', readBudget)
    .option('--models <names>', 'models that it may use, with commas between, or none for all', readWords)
    .option('--addresses <ranges>', 'where it may call from (CIDR), with commas between, or none', readWords)
    .option('--agents', 'let agents use it over MCP, if it is a live key')
    .option('--no-agents', 'do not let them')
    .option('--agents-confirm-above <amount>', 'price above which a person has to agree, or none', readBudget)
    .option('--expires <time>', 'when it ends, such as 2027-01-31T00:00:00Z, or none', readEnd);
}

function limitsOf(options: LimitOptions): KeyLimitsChange {
  return {
    createsMax: options.creates,
    createsWindowSeconds: options.window,
    readsPer10s: orNull(options.reads),
    openTasksMax: orNull(options.openTasksMax),
    creditsDayMax: orNull(options.creditsPerDay),
    creditsTotalMax: orNull(options.creditsInAll),
    models: orNull(options.models),
    addresses: orNull(options.addresses),
    expiresAt: orNull(options.expires),
    agentsLive: options.agents,
    agentsConfirmAbove: orNull(options.agentsConfirmAbove),
  };
}

/** Undefined keeps what there is, null takes it away. */
function orNull<Value>(given: Value | 'none'): Value | null {
  return given === 'none' ? null : given;
}

export function addKeyCommands(keys: Command): void {
  const create = keys
    .command('create')
    .description('make a key and print it, this once')
    .requiredOption('--mode <mode>', 'live or test', readMode)
    .option(
      '--account <name>',
      `name or id of the account; "${FIRST_ACCOUNT}" is made when it is missing`,
      FIRST_ACCOUNT,
    )
    .option('--name <name>', 'a name for people', 'cli')
    .option('--role <role>', `${ROLE_WORDS}; member if not given`, readRole)
    .option('--strict', 'refuse unknown fields with 422')
    .option('--json', 'print JSON');
  withLimits(create).action((options: KeyOptions) => withCore((core) => createKey(core, options)));
  withPage(keys.command('list').description('keys by their first and last letters, the oldest first'))
    .option('--account <name>', 'only those of this account')
    .action((options: PageOptions & { account?: string }) =>
      withCore(async (core) => {
        const rows = await core.accounts.listKeys(options.account, withOneMore(options));
        printPage(rows, options, KEY);
      }),
    );
  const limit = keys
    .command('limit <key>')
    .description('change what bounds a key, by id or hint')
    .option('--json', 'print JSON');
  withLimits(limit).action((key: string, options: LimitOptions & JsonOption) =>
    withCore(async (core) =>
      printRecord(await core.accounts.changeKey(key, limitsOf(options)), options, KEY),
    ),
  );
  addEndCommands(keys);
}

function addEndCommands(keys: Command): void {
  keys
    .command('rotate <key>')
    .description('give a key another secret and print it, this once')
    .option('--overlap <seconds>', 'how long the secret before works on; 0 ends it at once', readCount, 0)
    .option('--json', 'print JSON')
    .action((key: string, options: JsonOption & { overlap: number }) =>
      withCore(async (core) =>
        printNewKey(await core.accounts.rotateKey(key, { overlapSeconds: options.overlap }), options),
      ),
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

async function createKey(core: Core, options: KeyOptions): Promise<void> {
  if (options.account === FIRST_ACCOUNT) await openAccountWithTestCredits(core, FIRST_ACCOUNT);
  const { account, mode, name, role, strict } = options;
  printNewKey(
    await core.accounts.createKey({ account, mode, name, role, ...limitsOf(options), strict }),
    options,
  );
}

function printNewKey({ key, row }: { key: string; row: KeyRow }, options: JsonOption): void {
  printRecord(row, options, {
    present: (record) => presentNewKey({ key, row: record }),
    summarize: (record) => ({ ...summarizeKey(record), key }),
  });
}
