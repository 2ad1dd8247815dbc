// The task list of the emulated Vidu: filters, pages by number or by token.
// https://platform.vidu.com/docs/tasks-list, read 2026-11-21.
import { DAY_MS } from '../../server/src/lib/time.ts';
import type { ApiRequest } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import type { ViduOrder } from './check.ts';

const PAGE_SIZE = 10;
const PAGE_SIZE_MAX = 100;
const REACH_MS = 7 * DAY_MS;
const STATES = ['created', 'queueing', 'queuing', 'processing', 'success', 'failed'];

export interface ViduTask {
  order: ViduOrder;
  /** The seed that was used. */
  seed: number;
}

export interface ListRules {
  nowMs: number;
  /** `pager` or `paper`: the name of the page's number and size; the other name is not read. */
  pageName: string;
  /** The word for the state of a task, as answers have it. */
  wordOf(job: Job<ViduTask>): string;
}

interface Filter {
  fromMs: number;
  toMs: number;
  ids: string[];
  templates: string[];
  resolutions: string[];
  states: string[];
  page: number;
  size: number;
  afterId: string | undefined;
}

/** A page of tasks, newest first, or the name of what is wrong in the query. */
export function listTasks(
  request: ApiRequest,
  jobs: Jobs<ViduTask>,
  rules: ListRules,
): { tasks: Job<ViduTask>[]; next: string } | { wrong: string } {
  const filter = readFilter(request.query, rules);
  if ('wrong' in filter) return filter;
  const found =
    filter.ids.length === 0
      ? jobs.list(request)
      : [...new Set(filter.ids)].map((id) => jobs.find(request, id)).filter((job) => job !== undefined);
  const fitting = found.filter((job) => fits(job, filter, rules));
  const start =
    filter.afterId === undefined
      ? filter.page * filter.size
      : fitting.findIndex(({ id }) => id === filter.afterId) + 1;
  const tasks = fitting.slice(start, start + filter.size);
  const isLast = start + filter.size >= fitting.length;
  const last = tasks.at(-1);
  return { tasks, next: isLast || !last ? '' : Buffer.from(last.id).toString('base64url') };
}

function fits(job: Job<ViduTask>, filter: Filter, { wordOf }: ListRules): boolean {
  const { order } = job.data;
  const allows = (wanted: string[], own: string | undefined) =>
    wanted.length === 0 || (own !== undefined && wanted.includes(own));
  return (
    job.createdAtMs >= filter.fromMs &&
    job.createdAtMs <= filter.toMs &&
    allows(filter.templates, order.template) &&
    allows(filter.resolutions, order.resolution) &&
    allows(filter.states, wordOf(job))
  );
}

function readFilter(query: URLSearchParams, { nowMs, pageName }: ListRules): Filter | { wrong: string } {
  const fromMs = readTime(query.get('created_at.from'), nowMs - REACH_MS);
  const toMs = readTime(query.get('created_at.to'), nowMs);
  const page = readCount(query.get(`${pageName}.page`), { fallback: 0, min: 0, max: 1_000_000 });
  const size = readCount(query.get(`${pageName}.pagesz`), {
    fallback: PAGE_SIZE,
    min: 1,
    max: PAGE_SIZE_MAX,
  });
  const states = query.getAll('states');
  if (fromMs === undefined) return { wrong: 'created_at.from' };
  if (toMs === undefined) return { wrong: 'created_at.to' };
  if (page === undefined) return { wrong: `${pageName}.page` };
  if (size === undefined) return { wrong: `${pageName}.pagesz` };
  if (states.some((state) => !STATES.includes(state))) return { wrong: 'states' };
  const token = query.get('pager.page_token') ?? '';
  return {
    fromMs,
    toMs,
    page,
    size,
    states,
    ids: query.getAll('task_ids'),
    templates: query.getAll('templates'),
    resolutions: query.getAll('resolutions'),
    afterId: token === '' ? undefined : Buffer.from(token, 'base64url').toString(),
  };
}

function readTime(text: string | null, fallback: number): number | undefined {
  if (text === null) return fallback;
  return /^\d{4}-\d{2}-\d{2}T.*Z$/.test(text) && !Number.isNaN(Date.parse(text))
    ? Date.parse(text)
    : undefined;
}

function readCount(
  text: string | null,
  { fallback, min, max }: { fallback: number; min: number; max: number },
): number | undefined {
  if (text === null) return fallback;
  const value = Number(text);
  return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
}
