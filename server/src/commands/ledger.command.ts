// ledger: closed months as files, and the proof that a file is the one that was made of a month.
import { createReadStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import type { Credits, ExportedMonth } from '../credits/credits.ts';
import { OperatorError } from '../errors.ts';
import { withCore } from './environment.ts';
import { creditsText, type JsonOption, print } from './output.ts';

interface MonthOptions extends JsonOption {
  month: string;
}

function readMonth(text: string): string {
  if (!/^[0-9]{4}-(?:0[1-9]|1[0-2])$/.test(text))
    throw new InvalidArgumentError('a month is such as 2026-10');
  return text;
}

function present({ month, transfers, charges, charged, sha256, summed_at: summedAt }: ExportedMonth) {
  return {
    month,
    transfers: Number(transfers),
    charges: Number(charges),
    charged: creditsText(-charged),
    sha256: sha256.toString('hex'),
    summed: summedAt?.toISOString() ?? null,
  };
}

/** Writes a new file, or none: that of an earlier export may be the last copy of its month. */
async function writeMonth(credits: Credits, month: string, path: string): Promise<ExportedMonth> {
  const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
    throw new OperatorError(`${path} cannot be made (${error.code})`, { cause: error });
  });
  try {
    const exported = await credits.exportMonth(month, (text) => file.appendFile(text));
    await file.sync();
    return exported;
  } catch (error) {
    await rm(path);
    throw error;
  } finally {
    await file.close();
  }
}

export function addLedgerCommands(ledger: Command): void {
  ledger
    .command('export <file>')
    .description('write every transfer of a month that is over as CSV, and keep the SHA-256 of the file')
    .requiredOption('--month <month>', 'such as 2026-10, in UTC', readMonth)
    .option('--json', 'print JSON')
    .action((path: string, { month, json }: MonthOptions) =>
      withCore(async ({ credits }) => {
        print(present(await writeMonth(credits, month, path)), { json });
      }),
    );
  ledger
    .command('check <file>')
    .description('prove that a file is the one that was exported of a month; exit code 1 if it is not')
    .requiredOption('--month <month>', 'such as 2026-10, in UTC', readMonth)
    .option('--json', 'print JSON')
    .action((path: string, { month, json }: MonthOptions) =>
      withCore(async ({ credits }) => {
        print(present(await credits.checkFile(month, createReadStream(path))), { json });
      }),
    );
}
