// people: who can sign in, and the links that let them in.
import { type Command, InvalidArgumentError } from 'commander';
import { ROLES, type Role } from '../accounts/roles.ts';
import type { Core } from '../core.ts';
import { FIRST_ACCOUNT } from '../doors/opening.ts';
import { presentLink, presentPerson } from '../doors/operator/people.presenter.ts';
import { withOneMore } from '../doors/plain-page.ts';
import type { InvitationRow, PersonAccountsRow } from '../people/members.ts';
import { withCore } from './environment.ts';
import { type Form, type JsonOption, type PageOptions, printPage, printRecord, withPage } from './output.ts';

const PERSON: Form<PersonAccountsRow> = {
  present: presentPerson,
  summarize: ({ id, email, name, is_operator, has_second_factor, accounts, created_at }) => ({
    id,
    email,
    name,
    operator: is_operator,
    second_factor: has_second_factor,
    accounts: accounts.map((account) => `${account.name}: ${account.role}`).join(', '),
    created_at,
  }),
};

const LINK: Form<{ link: string; row: InvitationRow }> = {
  present: presentLink,
  summarize: ({ link, row }) => ({
    email: row.email,
    account: row.account_name,
    role: row.role,
    operator: row.is_operator,
    expires_at: row.expires_at,
    link,
  }),
};

function readRole(text: string): Role {
  const role = ROLES.find((known) => known === text);
  if (role) return role;
  throw new InvalidArgumentError('It must be reader, member or owner.');
}

interface InviteOptions extends JsonOption {
  account?: string;
  role?: Role;
  operator?: boolean;
}

interface RoleOptions extends JsonOption {
  account?: string;
  role?: Role | 'none';
  operator?: boolean;
}

export function addPeopleCommands(people: Command): void {
  people
    .command('invite <email>')
    .description('print a link that lets this address in, once, within seven days')
    .option(
      '--account <name>',
      `name or id of the account; "${FIRST_ACCOUNT}" unless --operator stands alone`,
    )
    .option('--role <role>', 'reader, member or owner; member when not given', readRole)
    .option('--operator', 'as an operator of the instance')
    .option('--json', 'print JSON')
    .action((email: string, options: InviteOptions) => withCore((core) => invite(core, email, options)));
  withPage(people.command('list').description('everybody who can sign in, the earliest first')).action(
    (options: PageOptions) =>
      withCore(async (core) =>
        printPage(await core.members.listEverybody(withOneMore(options)), options, PERSON),
      ),
  );
  people
    .command('roles <email>')
    .description('change what a person may do; its sessions end')
    .option('--account <name>', 'name or id of the account in which --role counts')
    .option('--role <role>', 'reader, member, owner or none', (text) =>
      text === 'none' ? text : readRole(text),
    )
    .option('--operator', 'make it an operator of the instance')
    .option('--no-operator', 'make it no longer one')
    .option('--json', 'print JSON')
    .action((email: string, options: RoleOptions) => withCore((core) => changeRoles(core, email, options)));
  people
    .command('remove <email>')
    .description('remove a person with its roles and sessions; tasks stay with their account')
    .option('--json', 'print JSON')
    .action((email: string, options: JsonOption) =>
      withCore(async (core) => printRecord(await core.members.removePerson(email), options, PERSON)),
    );
  people
    .command('reset-password <email>')
    .description('print a link by which the person chooses another password')
    .option('--json', 'print JSON')
    .action((email: string, options: JsonOption) =>
      withCore(async (core) => printRecord(await core.members.invitePassword(email), options, LINK)),
    );
  people
    .command('reset-second-factor <email>')
    .description('take the second factor of a person away that has lost it; its sessions end')
    .option('--json', 'print JSON')
    .action((email: string, options: JsonOption) =>
      withCore(async (core) => printRecord(await core.members.resetSecondFactor(email), options, PERSON)),
    );
}

async function invite(core: Core, email: string, options: InviteOptions): Promise<void> {
  const { operator: isOperator = false, role = 'member' } = options;
  const isForAccount = !isOperator || options.account !== undefined || options.role !== undefined;
  const accountId = isForAccount
    ? (await core.accounts.find(options.account ?? FIRST_ACCOUNT)).id
    : undefined;
  const made = await core.members.invite({
    email,
    isOperator,
    accountId,
    role: isForAccount ? role : undefined,
  });
  printRecord(made, options, LINK);
}

async function changeRoles(core: Core, email: string, options: RoleOptions): Promise<void> {
  const { account, operator: isOperator } = options;
  const accountId = account === undefined ? undefined : (await core.accounts.find(account)).id;
  const role = options.role === 'none' ? null : options.role;
  printRecord(await core.members.changePerson(email, { accountId, role, isOperator }), options, PERSON);
}
