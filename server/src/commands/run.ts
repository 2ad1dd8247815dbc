// Runs one command. A fault that an operator can fix is one clear line and exit code 1; a client's command has codes of its own.
import { ClientFault } from '../client/faults.ts';
import { OperatorError } from '../errors.ts';
import { runCommand } from './commands.ts';

/** @throws whatever is a fault of the program. */
export async function run(words: string[]): Promise<void> {
  try {
    await runCommand(words);
  } catch (error) {
    const isExpected = error instanceof OperatorError || error instanceof ClientFault;
    // It knows the database, which a client's command does not load.
    const fault = isExpected ? error : (await import('./system-fault.ts')).describeSystemFault(error);
    if (fault === undefined) throw error;
    process.stderr.write(`reelay: ${fault.message}\n`);
    // What was opened before the fault must not keep the process.
    process.exit(fault instanceof ClientFault ? fault.exitCode : 1);
  }
}
