// The prices of all models as one sheet: a CSV (RFC 4180) with a row for each amount, written for an operator to change in
// any program of tables, and read back with every fault named by its line. Nothing is written here.
import { parseCredits } from '../lib/money.ts';
import { findBeginFault } from './model-changes.ts';
import { PRICE_UNITS, type PriceRule, withAmounts } from './prices.ts';
import type { ModelStatus } from './state.ts';

const COLUMNS = ['model', 'unit', 'for', 'credits', 'from'] as const;
/** What stands in the column `for` where an amount depends on nothing. */
const ALL = 'all';
const FAULTS_SHOWN_MAX = 50;

type PricedRule = Exclude<PriceRule, { kind: 'template' }>;

/** What an amount is for, as the column `unit` says it. */
function unitOf({ kind }: PricedRule): string {
  return kind === 'flat' ? 'task' : PRICE_UNITS[kind].unit;
}

/** What a sheet would change about a model. */
export interface SheetChange {
  model: string;
  price: PriceRule;
  /** From when on; now where it is undefined. */
  from: Date | undefined;
  /** In words, such as `720p 20 -> 24`. */
  differences: string[];
}

export interface ReadSheet {
  changes: SheetChange[];
  /** A sentence for each fault, with the line of the file. */
  faults: string[];
}

interface SheetRow {
  line: number;
  cells: string[];
}

function quote(cell: string): string {
  return /[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

/** The amounts of a rule by what they are for; undefined for a price that its templates have. */
function amountsOf(rule: PriceRule): [name: string, credits: number][] | undefined {
  if (rule.kind === 'template') return undefined;
  if (rule.kind === 'flat') return [[ALL, rule.credits]];
  const { only } = PRICE_UNITS[rule.kind];
  return Object.entries(rule.credits).map(([name, credits]) => [name === only ? ALL : name, credits]);
}

/** The sheet of the prices that hold now. Prices of templates are those of their catalogue and stay out of it. */
export function writePriceSheet(statuses: readonly ModelStatus[]): string {
  const rows = statuses.flatMap(({ model, price }) => {
    const amounts = amountsOf(price) ?? [];
    return amounts.map(([name, credits]) => [model, unitOf(price as PricedRule), name, String(credits), '']);
  });
  return [COLUMNS, ...rows].map((cells) => `${cells.map(quote).join(',')}\n`).join('');
}

/** The rows of a CSV; a cell in quotes may hold commas and, doubled, quotes. */
function readRows(text: string): SheetRow[] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return lines.flatMap((content, at) => {
    if (content.trim() === '') return [];
    const cells = [...content.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) =>
      (quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"')).trim(),
    );
    return [{ line: at + 1, cells }];
  });
}

/** The time of a row: a day begins in UTC. Null for what is no time. */
function readFrom(text: string): Date | null | undefined {
  if (text === '') return undefined;
  const from = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text) ? new Date(text) : undefined;
  return from === undefined || Number.isNaN(from.getTime()) ? null : from;
}

interface PricedRow {
  model: string;
  name: string;
  credits: number;
  from: Date | undefined;
}

/** One row, or what is wrong with it. */
function readRow(
  { line, cells }: SheetRow,
  { known, nowMs }: { known: ReadonlyMap<string, ModelStatus>; nowMs: number },
): PricedRow | string {
  const [model = '', unit = '', name = '', amount = '', begin = ''] = cells;
  const at = `line ${line}`;
  const status = known.get(model);
  if (cells.length > COLUMNS.length) return `${at}: has more than ${COLUMNS.length} cells`;
  if (!status) return `${at}: there is no model "${model}"`;
  const amounts = amountsOf(status.price);
  if (!amounts) return `${at}: ${model} costs what its templates say`;
  const wanted = unitOf(status.price as PricedRule);
  if (unit !== wanted) return `${at}: ${model} has a price per ${wanted}, not per "${unit}"`;
  const names = amounts.map(([one]) => one);
  if (!names.includes(name)) return `${at}: ${model} has no price for "${name}"; it has ${names.join(', ')}`;
  const credits = /^\d+(\.\d+)?$/.test(amount) ? Number(amount) : Number.NaN;
  if (parseCredits(credits) === undefined)
    return `${at}: "${amount}" is no amount of credits from 0, with at most six decimals`;
  const from = readFrom(begin);
  if (from === null) return `${at}: "${begin}" is no time such as 2027-01-31 or 2027-01-31T12:00:00Z`;
  const fault = from && findBeginFault(from, nowMs);
  return fault === undefined ? { model, name, credits, from } : `${at}: "${begin}" ${fault}`;
}

/** What the rows of a model at one moment change; undefined when they change nothing. */
function changeOf(
  { model, price }: ModelStatus,
  rows: readonly PricedRow[],
  nowMs: number,
): SheetChange | undefined {
  const given = new Map(rows.map(({ name, credits }) => [name, credits]));
  const before = amountsOf(price) ?? [];
  const differences = before.flatMap(([name, credits]) => {
    const after = given.get(name) ?? credits;
    return after === credits ? [] : [`${name} ${credits} -> ${after}`];
  });
  if (differences.length === 0) return undefined;
  const [{ from }] = rows;
  if (price.kind === 'flat') {
    const version = `set ${new Date(nowMs).toISOString()}`;
    return {
      model,
      price: { ...price, version, credits: given.get(ALL) ?? price.credits },
      from,
      differences,
    };
  }
  const table = price as Exclude<PricedRule, { kind: 'flat' }>;
  const amounts = Object.entries(table.credits).map(([key, credits]) => {
    const name = key === PRICE_UNITS[table.kind].only ? ALL : key;
    return [key, given.get(name) ?? credits] as const;
  });
  return { model, price: withAmounts(table, Object.fromEntries(amounts), nowMs), from, differences };
}

/**
 * Reads a sheet against the prices of now. A model that it leaves out stays as it is, and so does an amount.
 * @param nowMs of the clock of prices.
 */
export function readPriceSheet(text: string, statuses: readonly ModelStatus[], nowMs: number): ReadSheet {
  const known = new Map(statuses.map((status) => [status.model, status]));
  const [head, ...body] = readRows(text);
  if (head?.cells.join() !== COLUMNS.join())
    return { changes: [], faults: [`line 1: must be ${COLUMNS.join(',')}`] };
  const faults: string[] = [];
  const groups = new Map<string, PricedRow[]>();
  const seen = new Set<string>();
  for (const sheetRow of body) {
    const row = readRow(sheetRow, { known, nowMs });
    if (typeof row === 'string') {
      faults.push(row);
      continue;
    }
    const moment = `${row.model} ${row.from?.getTime() ?? 'now'}`;
    const place = `${moment} ${row.name}`;
    if (seen.size === seen.add(place).size) faults.push(`line ${sheetRow.line}: says the same amount again`);
    groups.set(moment, [...(groups.get(moment) ?? []), row]);
  }
  const changes = [...groups.values()].flatMap((rows) => {
    const status = known.get(rows[0].model);
    return (status && changeOf(status, rows, nowMs)) ?? [];
  });
  return { changes, faults: faults.slice(0, FAULTS_SHOWN_MAX) };
}
