// The entry: reads the settings and runs one command. Whatever an operator can mend is one clear line and exit code 1.
import { enableCompileCache } from 'node:module';
import { OperatorError } from './errors.ts';

// Before the rest is loaded: what the last start compiled is read from the cache of the system's temporary folder.
enableCompileCache();
const { runCommand } = await import('./commands/commands.ts');

try {
  await runCommand(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof OperatorError)) throw error;
  process.stderr.write(`reelay: ${error.message}\n`);
  process.exitCode = 1;
}
