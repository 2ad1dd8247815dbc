// The entry: reads the settings and runs one command. A fault that an operator can fix is one clear line and exit
// code 1.
import { enableCompileCache } from 'node:module';
import { OperatorError } from './errors.ts';

// Before the rest is loaded: what the last start compiled is read from the cache of the system's temporary folder.
enableCompileCache();
const { runCommand } = await import('./commands/commands.ts');
const { describeSystemFault } = await import('./commands/system-fault.ts');

try {
  await runCommand(process.argv.slice(2));
} catch (error) {
  const fault = error instanceof OperatorError ? error : describeSystemFault(error);
  if (fault === undefined) throw error;
  process.stderr.write(`reelay: ${fault.message}\n`);
  // What was opened before the fault must not keep the process.
  process.exit(1);
}
