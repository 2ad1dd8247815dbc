// The entry: reads the settings and runs one command. Whatever an operator can mend is one clear line and exit code 1.
import { runCommand } from './commands/commands.ts';
import { StartupError } from './db/startup-error.ts';
import { OperatorError } from './errors.ts';

try {
  await runCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof OperatorError || error instanceof StartupError)) throw error;
  process.stderr.write(`reelay: ${error.message}\n`);
  process.exitCode = 1;
}
