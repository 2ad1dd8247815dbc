// How a client's command prints: what it made goes to the standard output, and what happens meanwhile to the standard
// error. A table becomes lines with tabs when another program reads it.
import type { Command } from 'commander';

export interface PrintOptions {
  json?: boolean;
  /** One line of JSON for each item, as it comes. */
  jsonl?: boolean;
}

type Row = Record<string, string | number | null | undefined>;

/** The two ways in which programs read a result. */
export function withJson(command: Command): Command {
  return command.option('--json', 'print JSON').option('--jsonl', 'print a line of JSON for each item');
}

export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Prints one thing: as JSON, or as the lines that a person reads. */
export function printOne(value: object, options: PrintOptions, toLines: () => string[]): void {
  if (options.jsonl) printLine(JSON.stringify(value));
  else if (options.json) printLine(JSON.stringify(value, undefined, 2));
  else for (const line of toLines()) printLine(line);
}

/** Prints what comes, until the limit. */
export async function printMany<Item extends object>(
  items: AsyncIterable<Item> | Iterable<Item>,
  options: PrintOptions & { limit?: number },
  toRow: (item: Item) => Row,
): Promise<void> {
  const found: Item[] = [];
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  for await (const item of items) {
    if (options.jsonl) printLine(JSON.stringify(item));
    else found.push(item);
    if (--left <= 0) break;
  }
  if (options.json) printLine(JSON.stringify(found, undefined, 2));
  else if (!options.jsonl) printTable(found.map(toRow));
}

/** Ends the command well once nobody reads its output any more, as in `reelay models list | head`. */
export function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0);
  });
}

/** Prints rows in columns at a terminal, under the names of the fields, and with tabs elsewhere, without names. */
export function printTable(rows: readonly Row[]): void {
  const cells = rows.map((row) => Object.values(row).map((cell) => String(cell ?? '-')));
  if (!process.stdout.isTTY) {
    for (const row of cells) printLine(row.join('\t'));
    return;
  }
  const lines = [Object.keys(rows[0] ?? { nothing: '' }), ...cells];
  const widths = lines[0].map((_name, at) => Math.max(...lines.map((row) => row[at].length)));
  for (const row of lines)
    printLine(
      row
        .map((cell, at) => cell.padEnd(widths[at]))
        .join('  ')
        .trimEnd(),
    );
}
