// credentials: the operator's accounts at providers. Nothing here prints a secret.
import { type Command, Option } from 'commander';
import { ownTerminal } from '../client/ask.ts';
import type { Core } from '../core.ts';
import { unknownProvider } from '../credentials/credentials.ts';
import type { CredentialView } from '../credentials/state.ts';
import { presentCredential, presentTest } from '../doors/operator/credentials.presenter.ts';
import { takePart } from '../doors/plain-page.ts';
import { OperatorError } from '../errors.ts';
import type { Amount, Provider } from '../providers/contract.ts';
import { providers } from '../providers/registry.ts';
import { readCap, readCount, readPair, readWord } from './arguments.ts';
import { type FieldOptions, gatherFields, readFieldOptions } from './credential-fields.ts';
import { withCore } from './environment.ts';
import {
  type Form,
  type JsonOption,
  type PageOptions,
  print,
  printPage,
  printRecord,
  withPage,
} from './output.ts';

/** @throws OperatorError that names the known ones. */
export function findProvider(id: string): Provider {
  const provider = providers.get(id);
  if (!provider) throw new OperatorError(unknownProvider(id, providers));
  return provider;
}

export function describeAmount(amount: Amount | null | undefined): string | null {
  return amount ? `${amount.amount} ${amount.unit}` : null;
}

const CREDENTIAL: Form<CredentialView> = { present: presentCredential, summarize };

/** One account in a few columns, for people. */
function summarize(view: CredentialView) {
  return {
    id: view.id,
    credential: `${view.provider}/${view.name}`,
    key: view.hint,
    host: view.host,
    state: view.state,
    why: view.fault ?? (view.state === 'cooling' ? view.coolReason : null),
    until: view.coolingUntil,
    requests_per_minute: view.requestsPerMinute,
    open_tasks_max: view.openTasksMax,
    weight: view.weight,
    balance: describeAmount(view.balance),
  };
}

function withFieldOptions(command: Command): Command {
  return command
    .option('--field <name=value>', 'a field that is no secret; may be repeated', readPair)
    .option(
      '--field-stdin <name>',
      'a field to read from the standard input; of several, each is a line',
      readWord,
    )
    .option('--json', 'print JSON');
}

export function addCredentialCommands(credentials: Command): void {
  const list = credentials.command('list').description('accounts with their state, without their secrets');
  withPage(list).action((options: PageOptions) =>
    withCore(async (core) =>
      printPage(takePart(await core.credentials.list(), options), options, CREDENTIAL),
    ),
  );
  const add = credentials
    .command('add <provider>')
    .description('add an account; on a terminal it asks for the secrets')
    .option('--name <name>', 'a name for people; default is operator');
  withFieldOptions(add).action(addOne);
  credentials
    .command('test <credential>')
    .description('make the cheapest real call, by id or provider/name; exit code 1 when it fails')
    .option('--json', 'print JSON')
    .action((idOrName: string, options: JsonOption) => withCore((core) => testOne(core, idOrName, options)));
  const change = credentials
    .command('change <credential>')
    .description('change what is named, by id or provider/name')
    .option('--name <name>', 'another name')
    .option('--requests-per-minute <count>', 'tasks that it is given in a minute, or "none"', readCap)
    .option('--open-tasks-max <count>', 'tasks that it may have at once, or "none"', readCap)
    .option('--weight <count>', 'its share beside others of the provider', readCount)
    .addOption(new Option('--enable', 'it takes tasks again').conflicts('disable'))
    .option('--disable', 'it takes no new tasks; those under way go on');
  withFieldOptions(change).action(changeOne);
  credentials
    .command('remove <credential>')
    .description('no new tasks; it is deleted once no attempt names it')
    .option('--json', 'print JSON')
    .action((idOrName: string, options: JsonOption) =>
      withCore(async (core) => {
        const { id } = await core.credentials.find(idOrName);
        const { deleted } = await core.credentials.remove(id);
        print({ id, retired: true, deleted }, options);
      }),
    );
}

async function addOne(
  providerId: string,
  options: FieldOptions & JsonOption & { name?: string },
): Promise<void> {
  const provider = findProvider(providerId);
  const fields = await gatherFields(provider, options, ownTerminal);
  await withCore(async (core) => {
    const view = await core.credentials.add({ provider: provider.id, name: options.name, fields });
    printRecord(view, options, CREDENTIAL);
  });
}

async function testOne(core: Core, idOrName: string, options: JsonOption): Promise<void> {
  const { id, provider, name } = await core.credentials.find(idOrName);
  const beganMs = performance.now();
  const outcome = await core.credentials.test(id);
  const latencyMs = Math.round(performance.now() - beganMs);
  const shown = presentTest(outcome, latencyMs, await core.credentials.find(id));
  if (!shown.works) process.exitCode = 1;
  const { works, detail: found, reason, latency_ms, balance } = shown;
  const summary = { id, credential: `${provider}/${name}`, works, found, reason, latency_ms };
  print(options.json ? shown : { ...summary, balance: describeAmount(balance) }, options);
}

interface ChangeOptions extends FieldOptions, JsonOption {
  name?: string;
  requestsPerMinute?: number | 'none';
  openTasksMax?: number | 'none';
  weight?: number;
  enable?: boolean;
  disable?: boolean;
}

async function changeOne(idOrName: string, options: ChangeOptions): Promise<void> {
  const { name, weight, enable, disable } = options;
  const requestsPerMinute = toCap(options.requestsPerMinute);
  const openTasksMax = toCap(options.openTasksMax);
  const given = await readFieldOptions(options, ownTerminal);
  const fields = Object.keys(given).length > 0 ? given : undefined;
  const enabled = enable === true ? true : disable === true ? false : undefined;
  const change = { name, requestsPerMinute, openTasksMax, weight, enabled, fields };
  if (Object.values(change).every((value) => value === undefined)) {
    throw new OperatorError('Nothing to change; "reelay credentials change --help" shows what can be');
  }
  await withCore(async (core) => {
    const view = await core.credentials.change(idOrName, change);
    printRecord(view, options, CREDENTIAL);
  });
}

/** Null takes a cap away. */
function toCap(given: number | 'none' | undefined): number | null | undefined {
  return given === 'none' ? null : given;
}
