// How commands speak: a table for people, with --json what the operator API answers. Results go to standard output, nothing
// else does.
import type { Command } from 'commander';
import { type PageRequest, presentPage } from '../doors/plain-page.ts';
import { formatCredits, type Micros } from '../lib/money.ts';
import { readCount, readId } from './arguments.ts';

export interface JsonOption {
  json?: boolean;
}

/** What every list takes. */
export interface PageOptions extends JsonOption, PageRequest {}

/** How a record is printed: as the operator API answers it, and in a few columns for people. */
export interface Form<Record> {
  present(record: Record): object;
  summarize(record: Record): Row;
}

const ROWS = 50;
const NAMED_ROWS = 200;

export type Cell = string | number | boolean | bigint | Date | null | undefined;
export type Row = Record<string, Cell | object>;

function toJson(value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

function toText(value: Cell | object): string {
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return value.toISOString().replace('T', ' ').slice(0, 19);
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Prints one value, or a list as a table under its names. */
export function print(result: Row | Row[], options: JsonOption): void {
  if (options.json) printJson(result);
  else if (Array.isArray(result)) printTable(result);
  else
    for (const [name, value] of Object.entries(result))
      process.stdout.write(`${name.padEnd(16)} ${toText(value)}\n`);
}

function printJson(value: object): void {
  process.stdout.write(`${JSON.stringify(value, (_name, member) => toJson(member), 2)}\n`);
}

/** Prints a record. */
export function printRecord<Record>(record: Record, options: JsonOption, form: Form<Record>): void {
  if (options.json) printJson(form.present(record));
  else print(form.summarize(record), options);
}

/** Adds the options of a list to its command. */
export function withPage(command: Command): Command {
  return command
    .option('--limit <count>', 'rows', readCount, ROWS)
    .option('--after <id>', 'go on after the row of this id', readId)
    .option('--json', 'print JSON');
}

/** The same for a list whose rows have names. */
export function withNamedPage(command: Command): Command {
  return command
    .option('--limit <count>', 'rows', readCount, NAMED_ROWS)
    .option('--after <name>', 'go on after the row of this name')
    .option('--json', 'print JSON');
}

/** Prints a part of a list that was read with one row more than its limit. */
export function printPage<Record extends { id: string }>(
  records: readonly Record[],
  options: PageOptions,
  form: Form<Record>,
): void {
  if (options.json) printJson(presentPage(records, options, form.present));
  else {
    const { items, next } = presentPage(records, options, form.summarize);
    printTable(items);
    if (next !== null) process.stdout.write(`(more: --after ${next})\n`);
  }
}

function printTable(rows: Row[]): void {
  if (rows.length === 0) {
    process.stdout.write('(none)\n');
    return;
  }
  const names = Object.keys(rows[0]);
  const texts = rows.map((row) => names.map((name) => toText(row[name])));
  const widths = names.map((name, column) =>
    Math.max(name.length, ...texts.map((cells) => cells[column].length)),
  );
  const line = (cells: string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd();
  process.stdout.write(`${[line(names), ...texts.map(line)].join('\n')}\n`);
}

/** Credits as a person writes them. */
export function creditsText(micros: Micros): string {
  return formatCredits(micros);
}
