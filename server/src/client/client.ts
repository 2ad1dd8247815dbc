// The client's commands of `reelay`: what they are called and take. They speak with a server through the SDK and never load the
// server's own code, so that they start at once.
import { type Command, InvalidArgumentError } from 'commander';
import { isShell, writeCompletion } from './completion.ts';
import { ClientFault, translateFault } from './faults.ts';
import { findUnknownWords, OUTPUT_TEMPLATE } from './follow.ts';
import { endWithReader, printLine, withJson } from './output.ts';

export const EXIT_CODES = `Exit codes: 0 done; 1 refused or failed, with one line that says why. Of a client's command: 1 the task failed;
2 refused; 3 no money; 4 timed out; 5 the server cannot be reached or cannot take it; 130 left with Ctrl-C.`;

/** Groups that operators have too. */
export const SHARED_GROUPS: readonly string[] = ['tasks', 'models', 'templates'];

const LIMIT = 20;

function readCount(text: string): number {
  if (/^\d{1,7}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}

function readAmount(text: string): number {
  if (/^\d{1,9}(\.\d{1,6})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be an amount of credits such as 100 or 166.5.');
}

function readPair(text: string, before: [string, string][] = []): [string, string][] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be name=value.');
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
}

function readTemplate(text: string): string {
  const [unknown] = findUnknownWords(text);
  if (unknown === undefined) return text;
  throw new InvalidArgumentError(`It has no {${unknown}}: {model}, {id}, {n}, {ext}.`);
}

/** An action whose faults have exit codes of a client. */
function clientAction<Words extends unknown[]>(
  act: (...words: Words) => Promise<void>,
): (...words: Words) => Promise<void> {
  return async (...words) => {
    endWithReader();
    try {
      await act(...words);
    } catch (error) {
      throw await translateFault(error);
    }
  };
}

const actions = () => import('./actions.ts');

function withFollowing(command: Command): Command {
  return withJson(command)
    .option('--timeout <seconds>', 'leave after so long; the task goes on', readCount)
    .option(
      '--output <template>',
      'names of the files: {model}, {id}, {n}, {ext}',
      readTemplate,
      OUTPUT_TEMPLATE,
    )
    .option('--no-download', 'print the addresses of the files instead');
}

function addRun(program: Command): void {
  withFollowing(program.command('run <model> [inputs...]'))
    .description('make something: key=value, key=@file (uploaded where the field takes files), key:=json')
    .option('--max-credits <credits>', 'refuse it if it costs more; does not ask', readAmount)
    .option('--yes', 'spend live credits without asking')
    .option('--no-wait', 'print the id of the task at once')
    .option('--metadata <name=value>', 'a text of your own; may be given several times', readPair)
    .option('--callback-url <url>', 'where the task is posted when it has ended')
    .action(
      clientAction(async (model, inputs, options) => (await import('./run.ts')).run(model, inputs, options)),
    );
}

function addTasks(program: Command, isClient: boolean): void {
  const tasks = program.command('tasks').description('your tasks');
  if (isClient) {
    withJson(tasks.command('list'))
      .description('your tasks, newest first')
      .option('--status <status>', 'pending, running, success or failed')
      .option('--model <model>', 'only of this model')
      .option('--meta <name=value>', 'only those with this metadata; may be given several times', readPair)
      .option('--limit <count>', 'how many', readCount, LIMIT)
      .action(clientAction(async (options) => (await actions()).listTasks(options)));
    withJson(tasks.command('show <task>'))
      .description('one task as the API has it')
      .action(clientAction(async (id, options) => (await actions()).showTask(id, options)));
  }
  withFollowing(tasks.command('wait <task>'))
    .description('wait for the end of a task of your key, also of one that was left, and fetch its files')
    .action(clientAction(async (id, options) => (await actions()).waitForTask(id, options)));
  withJson(tasks.command('cancel <task>'))
    .description('stop a task of your key if it can still be stopped')
    .action(clientAction(async (id, options) => (await actions()).cancelTask(id, options)));
  withJson(tasks.command('open <task>'))
    .description('show a task in the dashboard')
    .action(clientAction(async (id, options) => (await actions()).openTask(id, options)));
}

function addModels(program: Command, isClient: boolean): void {
  const models = program.command('models').description('what can be made');
  if (isClient) {
    withJson(models.command('list'))
      .description('models with what they usually cost and take')
      .option('--modality <modality>', 'video, image or audio')
      .option('--operation <operation>', 'such as text-to-video')
      .action(clientAction(async (options) => (await actions()).listModels(options)));
  }
  withJson(models.command('show <model>'))
    .description('a model with the fields of its input')
    .action(clientAction(async (name, options) => (await actions()).showModel(name, options)));
}

function addTemplates(program: Command): void {
  const templates = program.command('templates').description('effect templates');
  withJson(templates.command('list', { isDefault: true }))
    .description('effect templates of all vendors')
    .option('--q <words>', 'words of the title, the tags or the id')
    .option('--tag <tag>', 'with this tag')
    .option('--vendor <vendor>', 'bytedance, vidu or kling')
    .option('--limit <count>', 'how many', readCount, LIMIT)
    .action(clientAction(async (options) => (await actions()).listTemplates(options)));
}

function addAccount(program: Command): void {
  withJson(program.command('login'))
    .description(
      'keep an API key in a file that you alone can read; asks for it, or reads the standard input',
    )
    .option('--base-url <url>', 'the server; by default REELAY_BASE_URL, or http://127.0.0.1:8787')
    .action(clientAction(async (options) => (await actions()).login(options)));
  withJson(program.command('logout'))
    .description('remove the key that was kept')
    .action(clientAction(async (options) => (await actions()).logout(options)));
  withJson(program.command('balance'))
    .description('the credits of your account')
    .action(clientAction(async (options) => (await actions()).balance(options)));
  withJson(program.command('upload <file>'))
    .description('upload a file, and print the address for inputs of any number of tasks')
    .option('--content-type <type>', 'its type, where the name does not say it')
    .action(clientAction(async (path, options) => (await actions()).upload(path, options)));
}

function addTesting(program: Command): void {
  program
    .command('listen')
    .description('post the ends of your tasks to an address near you, signed as callbacks are')
    .requiredOption('--forward-to <address>', 'such as localhost:3000/hook')
    .option('--json', 'print a line of JSON for each')
    .action(clientAction(async (options) => (await import('./listen.ts')).listen(options)));
  withJson(program.command('trigger <scenario>'))
    .description('make a test task that behaves like a provider in trouble: fail, slow, moderation, …')
    .option('--callback-url <url>', 'where the task is posted when it has ended')
    .action(clientAction(async (name, options) => (await import('./listen.ts')).trigger(name, options)));
}

export interface ClientCommandOptions {
  /** Whether the groups that operators have too are the client's. */
  isClient: boolean;
  /** The words of all commands. */
  complete: () => Promise<string[][]>;
}

export function addClientCommands(program: Command, { isClient, complete }: ClientCommandOptions): void {
  addAccount(program);
  addRun(program);
  addTasks(program, isClient);
  addModels(program, isClient);
  if (isClient) addTemplates(program);
  addTesting(program);
  withJson(program.command('completion <shell>'))
    .description('print a script for bash, zsh or fish that completes the words of the commands')
    .action(
      clientAction(async (shell: string, options: { json?: boolean }) => {
        if (!isShell(shell)) throw new ClientFault('refused', `${shell} must be bash, zsh or fish`);
        const script = writeCompletion(shell, await complete());
        printLine(options.json ? JSON.stringify({ script }) : script);
      }),
    );
}
