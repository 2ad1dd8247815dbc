// examples: which results every account sees on the page of their model.
import type { Command } from 'commander';
import { presentExample } from '../doors/operator/examples.presenter.ts';
import { withOneMore } from '../doors/plain-page.ts';
import type { Example } from '../tasks/examples.ts';
import { withCore } from './environment.ts';
import { type Form, type JsonOption, type PageOptions, printPage, printRecord, withPage } from './output.ts';

const EXAMPLE: Form<Example> = {
  present: presentExample,
  summarize: ({ id, task_id, model, book, prompt }) => ({ id, task_id, model, book, prompt }),
};

export function addExampleCommands(examples: Command): void {
  withPage(examples.command('list').description('the examples, newest first'))
    .option('--model <model>', 'only those of this model')
    .action((options: PageOptions & { model?: string }) =>
      withCore(async (core) => {
        const rows = await core.examples.list({ ...withOneMore(options), model: options.model });
        printPage(rows, options, EXAMPLE);
      }),
    );
  examples
    .command('add <task>')
    .description('show its result and its prompt to every account; the file is kept until it is removed')
    .option('--json', 'print JSON')
    .action((id: string, options: JsonOption) =>
      withCore(async (core) => printRecord(await core.examples.choose(id), options, EXAMPLE)),
    );
  examples
    .command('remove <task>')
    .description('show it no longer; its file goes when it would have gone')
    .option('--json', 'print JSON')
    .action((id: string, options: JsonOption) =>
      withCore(async (core) => printRecord(await core.examples.drop(id), options, EXAMPLE)),
    );
}
