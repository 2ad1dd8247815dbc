// acts: the audit log, as a list and as a file. It is read here and never written.
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Command, Option } from 'commander';
import { type AuditFilter, type AuditRow, listActs } from '../audit/audit.ts';
import { presentAct } from '../doors/operator/acts.presenter.ts';
import { writeActs } from '../doors/operator/acts.routes.ts';
import { withOneMore } from '../doors/plain-page.ts';
import { readTime } from './arguments.ts';
import { withCore } from './environment.ts';
import { type Form, type JsonOption, type PageOptions, print, printPage, withPage } from './output.ts';

const ACT: Form<AuditRow> = {
  present: presentAct,
  summarize: ({ created_at, actor_name, action, subject, origin }) => {
    return { created_at, who: actor_name, action, subject, origin };
  },
};

type Filter = Pick<AuditFilter, 'action' | 'actor' | 'subject' | 'from' | 'to'>;

function withFilter(command: Command): Command {
  return command
    .option('--action <name>', 'such as key or key.create')
    .option('--actor <name>', 'those of this person, key or program')
    .option('--subject <text>', 'those on this')
    .option('--from <time>', 'since then, such as 2027-01-31T00:00:00Z', readTime)
    .option('--to <time>', 'before then', readTime);
}

function filterOf({ action, actor, subject, from, to }: Filter): Filter {
  return { action, actor, subject, from, to };
}

export function addActCommands(acts: Command): void {
  withFilter(
    withPage(acts.command('list').description('acts of operators and changes of access, newest first')),
  ).action((options: PageOptions & Filter) =>
    withCore(async ({ pool }) => {
      const { after: before, limit } = withOneMore(options);
      printPage(await listActs(pool, { ...filterOf(options), before, limit }), options, ACT);
    }),
  );
  withFilter(acts.command('export <file>').description('write the acts to a file, up to 100,000'))
    .addOption(new Option('--format <format>', 'csv or json').choices(['csv', 'json']).default('csv'))
    .option('--json', 'print JSON')
    .action((file: string, options: JsonOption & Filter & { format: 'csv' | 'json' }) =>
      withCore(async ({ pool }) => {
        const lines = writeActs(options.format, pool, filterOf(options));
        await pipeline(Readable.from(lines), createWriteStream(file));
        print({ exported: true, file }, options);
      }),
    );
}
