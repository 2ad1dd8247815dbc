// The `reelay` command: one entry a command, `--help` everywhere, `--json` for scripts.
import { Command } from 'commander';
import { serve } from './serve.ts';

/** Parses the arguments and runs the command. */
export async function runCommand(args: string[]): Promise<void> {
  const program = new Command('reelay').description(
    'One self-hosted API in front of every generative-video model',
  );
  program
    .command('serve')
    .description('API and worker in one process')
    .action(() => serve({ api: true, work: true }, { greet: true }));
  program
    .command('api')
    .description('the API alone')
    .action(() => serve({ api: true, work: false }, { greet: false }));
  program
    .command('work')
    .description('a worker alone')
    .action(() => serve({ api: false, work: true }, { greet: false }));
  await program.parseAsync(args, { from: 'user' });
}
