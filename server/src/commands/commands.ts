// The `reelay` command: one group a noun, `--help` everywhere, `--json` for scripts.
import { userInfo } from 'node:os';
import { Command } from 'commander';
import { actFromNowOn } from '../audit/audit.ts';
import { VERSION } from '../lib/version.ts';
import { addAccountCommands } from './accounts.command.ts';
import { addActCommands } from './acts.command.ts';
import { addCallbackCommands } from './callbacks.command.ts';
import { addModelCommands, addTemplateCommands } from './catalog.command.ts';
import { addCredentialCommands } from './credentials.command.ts';
import { addCreditCommands } from './credits.command.ts';
import { addSystemCommands } from './doctor.command.ts';
import { addExampleCommands } from './examples.command.ts';
import { addKeyCommands } from './keys.command.ts';
import { addNodeCommands } from './nodes.command.ts';
import { addPeopleCommands } from './people.command.ts';
import { addRecordCommand } from './record.command.ts';
import { addSecretCommands } from './secret.command.ts';
import { addTaskCommands } from './tasks.command.ts';

const EXIT_CODES = `
Exit codes: 0 done; 1 refused or failed, with one line that says why.
Settings come from the environment; docs/settings.md lists them.`;

const SERVING = ['serve', 'api', 'work'];

/** All commands, ready to parse arguments. */
export function createProgram(): Command {
  const program = new Command('reelay')
    .description('One self-hosted API in front of every generative-video model')
    .version(VERSION)
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(add --help for the arguments)');
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
        // The server with its pages takes longer to load than most commands to run.
        const { serve } = await import('./serve.ts');
        await serve(role, { json: options.json === true, greet: name === 'serve' });
      });
  }
  addAccountCommands(program);
  addKeyCommands(program);
  addPeopleCommands(program);
  addCreditCommands(program);
  addTaskCommands(program);
  addModelCommands(program);
  addTemplateCommands(program);
  addExampleCommands(program);
  addCredentialCommands(program);
  addCallbackCommands(program);
  addActCommands(program);
  addNodeCommands(program);
  addSecretCommands(program);
  addSystemCommands(program);
  addRecordCommand(program);
  return program;
}

/** Parses the arguments and runs the command. */
export async function runCommand(args: string[]): Promise<void> {
  const program = createProgram();
  // What a server does later is not the act of the person that started it.
  program.hook('preAction', (_, command) => {
    const origin = namesOf(command).join(' ');
    if (command.parent !== program || !SERVING.includes(command.name()))
      actFromNowOn({ actor: { kind: 'command', name: findUserName() }, origin });
  });
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
