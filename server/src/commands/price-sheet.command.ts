// prices: all of them in one sheet, out and in, and what each model earns.
import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { writePriceSheet } from '../catalog/price-sheet.ts';
import { OperatorError } from '../errors.ts';
import { DAY_MS } from '../lib/time.ts';
import { reportEarnings } from '../tasks/earnings.ts';
import { readCount, readUsd } from './arguments.ts';
import { withCore } from './environment.ts';
import { type JsonOption, print } from './output.ts';

const DAYS = 30;

async function readSheet(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new OperatorError(`${path} cannot be read (${code})`, { cause: error });
  }
}

export function addPriceSheetCommands(prices: Command): void {
  prices
    .command('export <file>')
    .description('write the prices of now as CSV: model, unit, what for, credits, and from when on')
    .option('--json', 'print JSON')
    .action((file: string, options: JsonOption) =>
      withCore(async ({ catalog }) => {
        const { models } = await catalog.statuses();
        await writeFile(file, writePriceSheet(models));
        print({ models: models.length, file }, options);
      }),
    );
  prices
    .command('import <file>')
    .description('set the prices that differ, all or none; a row without a time holds from now on')
    .option('--preview', 'print what would change, and change nothing')
    .option('--json', 'print JSON')
    .action((file: string, options: JsonOption & { preview?: boolean }) =>
      withCore(async ({ catalog }) => {
        const changes = await catalog.importPrices(await readSheet(file), { isPreview: options.preview });
        const rows = changes.map(({ model, from, differences }) => {
          return { model, from: from?.toISOString() ?? 'now', changes: differences.join(', ') };
        });
        print(options.json ? { changed: options.preview ? 0 : rows.length, changes: rows } : rows, options);
      }),
    );
  prices
    .command('report')
    .description('what each model was charged and cost, of the live tasks that ended lately')
    .option('--days <count>', 'how far back', readCount, DAYS)
    .option('--usd-per-credit <amount>', 'what callers pay for a credit, to see what is left over', readUsd)
    .option('--json', 'print JSON')
    .action((options: JsonOption & { days: number; usdPerCredit?: number }) =>
      withCore(async ({ pool, clock }) => {
        const since = new Date(clock() - options.days * DAY_MS);
        const items = await reportEarnings(pool, { since, usdPerCredit: options.usdPerCredit });
        print(options.json ? { items } : items.map((item) => ({ ...item })), options);
      }),
    );
}
