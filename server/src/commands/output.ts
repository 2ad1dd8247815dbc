// How commands speak: a table for people, JSON with --json for scripts. Results go to standard output, nothing else does.
import { formatCredits, type Micros } from '../lib/money.ts';

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
export function print(result: Row | Row[], options: { json?: boolean }): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result, (_name, value) => toJson(value), 2)}\n`);
    return;
  }
  if (Array.isArray(result)) printTable(result);
  else
    for (const [name, value] of Object.entries(result))
      process.stdout.write(`${name.padEnd(16)} ${toText(value)}\n`);
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
