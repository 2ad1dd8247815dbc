// The result as a table of plain text: a row for each step of the protocol and each place of a death, first
// for all providers together and then for each.
import { readStories, type Story } from './checker.ts';
import type { Evidence } from './evidence.ts';
import { ROUTE_FACTS, ROUTES, type Route } from './routes.ts';
import { CALM, REFUSED, WIRE_STEPS } from './steps.ts';

type Count = (story: Story, evidence: Evidence) => boolean;

/** The columns; a story counts if it fits. */
const COLUMNS: Record<string, Count> = {
  creates: () => true,
  'not taken': ({ jobs }) => jobs.length === 0,
  'taken once': ({ jobs }) => jobs.length === 1,
  'moved on': (story) => story.jobs.length > 1 && !isTwice(story),
  TWICE: (story) => isTwice(story),
  'was unknown': ({ attempts }) => attempts.some(({ wasUnknown }) => wasUnknown),
  found: ({ attempts }) => attempts.some(({ wasUnknown, reference }) => wasUnknown && reference !== null),
  'none proved': ({ attempts }) =>
    attempts.some(({ wasUnknown, state }) => wasUnknown && state === 'abandoned'),
  'given up': ({ task }) => task?.error === 'outcome_unknown',
  succeeded: ({ task }) => task?.state === 'succeeded',
  failed: ({ task }) => task?.state === 'failed',
  loss: ({ task }, { losses }) => losses.has(task?.id ?? ''),
};

/** Accepted again without the final word on the job before. */
function isTwice({ jobs }: Story): boolean {
  const epochs = new Set(jobs.map(({ attempt }) => attempt?.epoch));
  return epochs.size < jobs.length || jobs.slice(0, -1).some(({ attempt }) => attempt?.state !== 'failed');
}

const LEGEND = `creates      orders that were placed
not taken    no provider has a job for it, by the emulators' own logs
taken once   one job
moved on     further jobs, each after the provider's final word on the one before
TWICE        a second job without that word
was unknown  for a time the outcome of a start was unknown
found        such a start was found at its provider, and was followed
none proved  such a start was proved not to be there, and was made again
given up     it was not found out in time: ended, free of charge
loss         a success that came after the end; delivered free, booked as the operator's loss`;

function countAll(stories: readonly Story[], evidence: Evidence): number[] {
  return Object.values(COLUMNS).map((fits) => stories.filter((story) => fits(story, evidence)).length);
}

function format(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_cell, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
      .join('  '),
  );
}

/** Steps of the protocol first, in order; then deaths as they occurred. */
const FIRST_ROWS = [CALM, REFUSED, ...WIRE_STEPS.map(({ title }) => title)];

function placeOf(row: string): number {
  const place = FIRST_ROWS.indexOf(row);
  return place === -1 ? FIRST_ROWS.length : place;
}

function block(stories: readonly Story[], evidence: Evidence): string[] {
  const byRow = [...Map.groupBy(stories, ({ order }) => order.row)];
  byRow.sort(([one], [other]) => placeOf(one) - placeOf(other));
  const rows = byRow.map(([row, own]) => [row, ...countAll(own, evidence).map(String)]);
  const total = ['all', ...countAll(stories, evidence).map(String)];
  return format([['', ...Object.keys(COLUMNS)], ...rows, total]);
}

function titleOf(route: Route): string {
  return `${route} — recovery: ${ROUTE_FACTS[route].recovery}`;
}

/** The whole table, with what its columns mean. */
export function printTable(evidence: Evidence): string {
  const stories = readStories(evidence);
  const routes = ROUTES.flatMap((route) => {
    const own = stories.filter(({ order }) => order.route === route);
    return ['', titleOf(route), ...block(own, evidence)];
  });
  return [LEGEND, '', 'all providers', ...block(stories, evidence), ...routes].join('\n');
}
