// The `reelay` command: one group a noun, `--help` everywhere, `--json` for scripts. What a command needs is loaded when it
// is called, so that a client's command does not wait for the server's code.
import { userInfo } from 'node:os';
import { Command } from 'commander';
import { addClientCommands, EXIT_CODES, SHARED_GROUPS } from '../client/client.ts';
import { actsAsClient } from '../client/login.ts';
import { VERSION } from '../lib/version.ts';

const HELP = `
${EXIT_CODES}
Settings of a server come from the environment; docs/settings.md lists them. docs/guides/command-line.md has
the client's commands.`;

/** A command or group of an operator: as it is listed, and what fills it once it is called. */
interface Entry {
  line: string;
  about: string;
  fill(command: Command): Promise<void>;
}

const catalog = () => import('./catalog.command.ts');
const doctor = () => import('./doctor.command.ts');

const OPERATORS: readonly Entry[] = [
  {
    line: 'accounts',
    about: 'who pays: owns keys, balances and tasks',
    fill: async (command) => (await import('./accounts.command.ts')).addAccountCommands(command),
  },
  {
    line: 'keys',
    about: 'API keys; each is shown once, when it is made',
    fill: async (command) => (await import('./keys.command.ts')).addKeyCommands(command),
  },
  {
    line: 'people',
    about: 'who can sign in, and the links that let them in',
    fill: async (command) => (await import('./people.command.ts')).addPeopleCommands(command),
  },
  {
    line: 'credits',
    about: 'the ledger: grants, corrections, balance, statement',
    fill: async (command) => (await import('./credits.command.ts')).addCreditCommands(command),
  },
  {
    line: 'ledger',
    about: 'closed months of the ledger, as files',
    fill: async (command) => (await import('./ledger.command.ts')).addLedgerCommands(command),
  },
  {
    line: 'tasks',
    about: 'open tasks of all accounts, and their end by hand',
    fill: async (command) => (await import('./tasks.command.ts')).addTaskCommands(command),
  },
  {
    line: 'models',
    about: 'switches and prices of the models',
    fill: async (command) => (await catalog()).addModelCommands(command),
  },
  {
    line: 'prices',
    about: 'the prices of all models in one sheet, and what they earn',
    fill: async (command) => (await import('./price-sheet.command.ts')).addPriceSheetCommands(command),
  },
  {
    line: 'maintenance <switch>',
    about: '"on": creates answer 455, for all models or for one; "off": they are taken again',
    fill: async (command) => (await catalog()).addMaintenance(command),
  },
  {
    line: 'templates',
    about: 'effect templates, as the list endpoints show them',
    fill: async (command) => (await catalog()).addTemplateCommands(command),
  },
  {
    line: 'examples',
    about: 'results that every account sees on the page of their model',
    fill: async (command) => (await import('./examples.command.ts')).addExampleCommands(command),
  },
  {
    line: 'credentials',
    about: 'your accounts at providers; those of the environment are among them',
    fill: async (command) => (await import('./credentials.command.ts')).addCredentialCommands(command),
  },
  {
    line: 'callbacks',
    about: 'signed notices of ended tasks',
    fill: async (command) => (await import('./callbacks.command.ts')).addCallbackCommands(command),
  },
  {
    line: 'acts',
    about: 'the audit log: who did what, and when',
    fill: async (command) => (await import('./acts.command.ts')).addActCommands(command),
  },
  {
    line: 'nodes',
    about: 'the processes that work on tasks',
    fill: async (command) => (await import('./nodes.command.ts')).addNodeCommands(command),
  },
  {
    line: 'secret',
    about: "the server's own secret",
    fill: async (command) => (await import('./secret.command.ts')).addSecretCommands(command),
  },
  {
    line: 'doctor [provider]',
    about: 'check what the server needs, or your accounts at a provider; exit code 1 for a fault',
    fill: async (command) => (await doctor()).addDoctor(command),
  },
  {
    line: 'migrate',
    about: 'bring the database up to date, then stop',
    fill: async (command) => (await doctor()).addMigrate(command),
  },
  {
    line: 'openapi',
    about: 'print the OpenAPI document',
    fill: async (command) => (await doctor()).addOpenapi(command),
  },
  {
    line: 'record',
    about: 'make the cheapest job of each kind at a provider, and write the exchanges as fixtures',
    fill: async (command) => (await import('./record.command.ts')).addRecord(command),
  },
];

function addServing(program: Command): void {
  const roles = [
    ['serve', 'API and worker in one process', { api: true, work: true }],
    ['api', 'the API alone; any number on one database', { api: true, work: false }],
    ['work', 'a worker alone; any number on one database', { api: false, work: true }],
  ] as const;
  for (const [name, about, role] of roles) {
    program
      .command(name)
      .description(about)
      .option('--json', 'print one line of JSON once ready')
      .action(async (options: { json?: boolean }) => {
        const { serve } = await import('./serve.ts');
        await serve(role, { json: options.json === true, greet: name === 'serve' });
      });
  }
}

/** The command or group that the words name, also for `reelay help tasks`. */
function findCalled(words: readonly string[]): string | undefined {
  const [first, second] = words.filter((word) => !word.startsWith('-'));
  return first === 'help' ? second : first;
}

/** Which commands a program has: those that words call, the others by their names alone; or all, to list them. */
export type Wanted = { words: readonly string[]; isClient: boolean } | 'all';

/** The commands, ready to parse arguments. */
export async function createProgram(wanted: Wanted): Promise<Command> {
  const isClient = wanted !== 'all' && wanted.isClient;
  const called = wanted === 'all' ? undefined : findCalled(wanted.words);
  const program = new Command('reelay')
    .description('One API in front of every generative-video model: the server, and its client')
    .version(VERSION)
    .addHelpText('after', HELP)
    .showHelpAfterError('(add --help for the arguments)');
  program.commandsGroup('Make things (with a key; see reelay login --help):');
  addClientCommands(program, { isClient, complete: listWords });
  program.commandsGroup('Run a server:');
  addServing(program);
  for (const { line, about, fill } of OPERATORS) {
    const name = line.split(' ')[0];
    const shared = program.commands.find((known) => known.name() === name);
    // A group that both have is the client's alone where the client calls.
    if (shared !== undefined && isClient) continue;
    const command = shared ?? program.command(line);
    command.description(about);
    if (called === undefined ? wanted === 'all' : called === name) await fill(command);
  }
  return program;
}

/** Every command by its words, for completion. */
async function listWords(): Promise<string[][]> {
  const wordsOf = (command: Command, before: string[]): string[][] => {
    const words = [...before, command.name()];
    return command.commands.length === 0
      ? [words]
      : command.commands.flatMap((child) => wordsOf(child, words));
  };
  return (await createProgram('all')).commands.flatMap((command) => wordsOf(command, []));
}

/** Parses the arguments and runs the command. */
export async function runCommand(args: string[]): Promise<void> {
  const isClient = actsAsClient();
  const program = await createProgram({ words: args, isClient });
  const called = findCalled(args);
  const isOperators = OPERATORS.some(({ line }) => line.split(' ')[0] === called);
  // What a server does later is not the act of the person that started it, and a client's acts are those of its key.
  if (isOperators && !(isClient && SHARED_GROUPS.includes(called ?? ''))) {
    const { actFromNowOn } = await import('../audit/audit.ts');
    // Not asynchronous: what a hook sets after a pause is gone when the command begins.
    program.hook('preAction', (_, command) => {
      const origin = namesOf(command).join(' ');
      actFromNowOn({ actor: { kind: 'command', name: findUserName() }, origin });
    });
  }
  await program.parseAsync(args, { from: 'user' });
}

/** The words that call a command. */
function namesOf(command: Command): string[] {
  return command.parent ? [...namesOf(command.parent), command.name()] : [command.name()];
}

/** A container may run under a number that has no name. */
function findUserName(): string {
  try {
    return userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
