import type { Log } from '../lib/log.ts';
import { isDatabaseDown } from './pool.ts';

/**
 * Logs why work on a task broke off. A database that does not answer is a warning: nothing is lost, and the work goes
 * on once a process reaches it again. Everything else is a fault that an operator has to look into.
 */
export function logFault(log: Log, error: unknown, fields: object, event: string): void {
  log[isDatabaseDown(error) ? 'warn' : 'error']({ err: error, ...fields }, event);
}
