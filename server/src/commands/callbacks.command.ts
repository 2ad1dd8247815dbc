// callbacks: what was sent, and sending it again.
import { type Command, Option } from 'commander';
import type { CallbackRow, CallbackState } from '../callbacks/callbacks.ts';
import { presentCallback, presentDeliveries, presentReplay } from '../doors/operator/callbacks.presenter.ts';
import { refuseCallback } from '../doors/operator/callbacks.routes.ts';
import { withOneMore } from '../doors/plain-page.ts';
import { AppError, OperatorError } from '../errors.ts';
import { readId } from './arguments.ts';
import { withCore } from './environment.ts';
import { type Form, type JsonOption, type PageOptions, print, printPage, withPage } from './output.ts';

const CALLBACK: Form<CallbackRow> = {
  present: presentCallback,
  summarize: ({ id, task_id, state, tries, next_try_at, url }) => {
    return { id, task_id, state, tries, next_try_at, url };
  },
};

const CALLBACK_STATES: readonly CallbackState[] = ['pending', 'delivered', 'gone', 'failed'];

interface ListOptions extends PageOptions {
  task?: string;
  account?: string;
  state?: CallbackState;
}

export function addCallbackCommands(callbacks: Command): void {
  withPage(callbacks.command('list').description('callbacks, newest first, of all accounts'))
    .option('--task <id>', 'only those of this task', readId)
    .option('--account <name>', 'only those of this account, by name or id')
    .addOption(new Option('--state <state>', 'only those').choices(CALLBACK_STATES))
    .action((options: ListOptions) =>
      withCore(async (core) => {
        const { account, state, task: taskId } = options;
        const accountId = account === undefined ? undefined : (await core.accounts.find(account)).id;
        const { after: before, limit } = withOneMore(options);
        const rows = await core.callbacks.list({ accountId, taskId, state, before, limit });
        printPage(rows, options, CALLBACK);
      }),
    );
  callbacks
    .command('deliveries <callback>')
    .description('every try with its status and the first 1 KiB of the answer')
    .option('--json', 'print JSON')
    .action((id: string, options: JsonOption) =>
      withCore(async (core) => {
        const rows = (await core.callbacks.deliveriesOf(id)) ?? refuseCallback(id);
        if (options.json) print({ ...presentDeliveries(rows) }, options);
        else
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
        if (!isThere) refuseCallback(id);
        print(presentReplay(id), options);
      }),
    );
}
