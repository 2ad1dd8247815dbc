// callbacks: what was sent, and sending it again.
import type { Command } from 'commander';
import { AppError, OperatorError } from '../errors.ts';
import { isUuid } from '../lib/ids.ts';
import { readCount } from './arguments.ts';
import { withCore } from './environment.ts';
import { print } from './output.ts';

interface JsonOption {
  json?: boolean;
}

export function addCallbackCommands(program: Command): void {
  const callbacks = program.command('callbacks').description('signed notices of ended tasks');
  callbacks
    .command('list')
    .description('callbacks, newest first, of all accounts')
    .option('--task <id>', 'only those of this task')
    .option('--limit <count>', 'rows', readCount, 50)
    .option('--json', 'print JSON')
    .action((options: JsonOption & { task?: string; limit: number }) =>
      withCore(async (core) => {
        const rows = await core.callbacks.list({ taskId: options.task, limit: options.limit });
        print(
          rows.map(({ id, task_id, state, tries, next_try_at, url }) => ({
            id,
            task_id,
            state,
            tries,
            next_try_at,
            url,
          })),
          options,
        );
      }),
    );
  callbacks
    .command('deliveries <callback>')
    .description('every try with its status and the first 1 KiB of the answer')
    .option('--json', 'print JSON')
    .action((id: string, options: JsonOption) =>
      withCore(async (core) => {
        const rows = isUuid(id) ? await core.callbacks.deliveriesOf(id) : undefined;
        if (!rows)
          throw new OperatorError(`There is no callback "${id}"; "reelay callbacks list" shows them`);
        print(
          rows.map((row) => ({ ...row })),
          options,
        );
      }),
    );
  callbacks
    .command('replay <callback>')
    .description('send it again now, under the same webhook-id; a running server does it')
    .option('--json', 'print JSON')
    .action((id: string, options: JsonOption) =>
      withCore(async (core) => {
        const isThere = await core.callbacks.replay(id).catch((error: unknown) => {
          if (error instanceof AppError)
            throw new OperatorError([error.message, ...(error.details.errors ?? [])].join(': '));
          throw error;
        });
        if (!isThere) {
          throw new OperatorError(`There is no callback "${id}"; "reelay callbacks list" shows them`);
        }
        print({ callback: id, queued: true }, options);
      }),
    );
}
