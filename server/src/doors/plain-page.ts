// Lists of the plain doors are read in pages: `limit` rows after the one that `after` names, and `next` says how to go on.
import { OperatorError } from '../errors.ts';

/** Which part of a list a request asks for. */
export interface PageRequest {
  after?: string | undefined;
  limit: number;
}

/** A part of a list, as the API answers it and the command prints it. */
export interface PresentedPage<Item> {
  items: Item[];
  /** What `after` of the next page is; null on the last one. */
  next: string | null;
}

/** What a store is asked for: one row more, so that its coming says whether others follow. */
export function withOneMore<Page extends PageRequest>(page: Page): Page {
  return { ...page, limit: page.limit + 1 };
}

/** The page of a list that was read with one row more than its limit. */
export function presentPage<Row extends { id: string }, Item>(
  rows: readonly Row[],
  { limit }: PageRequest,
  present: (row: Row) => Item,
): PresentedPage<Item> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(present), next: last?.id ?? null };
}

/**
 * The rows that a page of a list in memory is made of, with one more than its limit.
 * @throws OperatorError for a row that is not in the list.
 */
export function takePart<Row extends { id: string }>(
  rows: readonly Row[],
  { after, limit }: PageRequest,
): readonly Row[] {
  const at = after === undefined ? 0 : rows.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && at === 0) throw new OperatorError('after: is not in the list any more');
  return rows.slice(at, at + limit + 1);
}

/** The page of a list that is in memory as a whole. @throws OperatorError for a row that is not in it. */
export function presentPartOf<Row extends { id: string }, Item>(
  rows: readonly Row[],
  page: PageRequest,
  present: (row: Row) => Item,
): PresentedPage<Item> {
  return presentPage(takePart(rows, page), page, present);
}
