// nodes: the workers on the database.
import type { Command } from 'commander';
import { presentNode } from '../doors/operator/overview.routes.ts';
import { listNodes } from '../http/metrics.ts';
import { withCore } from './environment.ts';
import { type JsonOption, print } from './output.ts';

export function addNodeCommands(nodes: Command): void {
  nodes
    .command('list')
    .description('workers that were seen lately')
    .option('--json', 'print JSON')
    .action((options: JsonOption) =>
      withCore(async ({ pool }) => {
        const rows = await listNodes(pool);
        if (options.json) print({ items: rows.map(presentNode), next: null }, options);
        else
          print(
            rows.map(({ host, process_id, tasks, seen_at, started_at }) => {
              return { host, process_id, tasks, seen_at, started_at };
            }),
            options,
          );
      }),
    );
}
