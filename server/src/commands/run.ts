// Runs one command. A fault that an operator can fix is one clear line and exit code 1.
import { OperatorError } from '../errors.ts';
import { runCommand } from './commands.ts';
import { describeSystemFault } from './system-fault.ts';

/** @throws whatever is a fault of the program. */
export async function run(words: string[]): Promise<void> {
  try {
    await runCommand(words);
  } catch (error) {
    const fault = error instanceof OperatorError ? error : describeSystemFault(error);
    if (fault === undefined) throw error;
    process.stderr.write(`reelay: ${fault.message}\n`);
    // What was opened before the fault must not keep the process.
    process.exit(1);
  }
}
