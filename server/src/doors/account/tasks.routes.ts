// Tasks of an account: search, one with all that its members may know, and the cancel of many.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { refuseFaults } from '../../errors.ts';
import type { Thumbnails } from '../../files/thumbnails.ts';
import { callerOf } from '../../http/gate.ts';
import { readBody, readQuery } from '../../http/read.ts';
import { isUuid } from '../../lib/ids.ts';
import { parseOwnJson } from '../../lib/json.ts';
import { DAY_MS } from '../../lib/time.ts';
import { type BrowsedTask, type BrowseSearch, readSearchText, type TaskBrowser } from '../../tasks/browse.ts';
import { readMetadataFilter } from '../../tasks/metadata.ts';
import type { TaskState } from '../../tasks/task.ts';
import type { Tasks } from '../../tasks/tasks.ts';
import { send } from '../plain.ts';
import { forRole } from './answer.ts';
import { findPictureUrls, presentListedTask, presentTaskDetail, type TaskView } from './tasks.presenter.ts';
import {
  cancelTasksSchema,
  loadPictureSchema,
  searchTasksSchema,
  showAccountTaskSchema,
} from './tasks.schemas.ts';

export interface TaskParts {
  tasks: Tasks;
  browser: TaskBrowser;
  thumbnails: Thumbnails;
  publicUrl: { value: string };
}

type Status = NonNullable<Static<typeof searchTasksSchema.querystring>['status']>;

/** The states behind a status of the search: who looks for running ones looks for those whose file is fetched, too. */
const STATES_OF: Record<Status, readonly TaskState[]> = {
  open: ['pending', 'running', 'storing'],
  pending: ['pending'],
  running: ['running', 'storing'],
  succeeded: ['succeeded'],
  failed: ['failed'],
  cancelled: ['cancelled'],
  expired: ['expired'],
};

const SEARCHED_IDS_MAX = 8;
const DAY_FORM = /^\d{4}-\d{2}-\d{2}$/;
const TIME_FORM = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A day or a time. @param dayMs what is added to a day: its length where its end is meant. */
function readMoment(name: string, text: string | undefined, dayMs: number): Date | undefined {
  if (text === undefined) return undefined;
  const isDay = DAY_FORM.test(text);
  const ms = isDay || TIME_FORM.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw refuseFaults([`${name}: must be a day or a time in ISO 8601`]);
  return new Date(isDay ? ms + dayMs : ms);
}

function readIds(text: string | undefined): string[] | undefined {
  const ids = text?.split(',');
  if (ids && (ids.length > SEARCHED_IDS_MAX || !ids.every(isUuid))) {
    throw refuseFaults([`ids: must be at most ${SEARCHED_IDS_MAX} ids with commas between them`]);
  }
  return ids;
}

function readSearch(request: FastifyRequest): BrowseSearch {
  const query = readQuery(request, searchTasksSchema.querystring);
  return {
    ...readSearchText(query.q ?? ''),
    states: query.status && STATES_OF[query.status],
    model: query.model,
    keyId: query.key,
    createdFrom: readMoment('from', query.from, 0),
    createdTo: readMoment('to', query.to, DAY_MS),
    ids: readIds(query.ids),
    metadata: readMetadataFilter(request.query),
    before: query.after,
    limit: query.limit,
  };
}

export function registerTaskRoutes(
  app: FastifyInstance,
  { tasks, browser, thumbnails, publicUrl }: TaskParts,
): void {
  const viewOf = async (request: FastifyRequest, row: BrowsedTask): Promise<TaskView> => ({
    linkTo: tasks.linkTo,
    filesUrl: `${publicUrl.value}/files/`,
    thumbnailOf: (url) => thumbnails.linkTo(url),
    position: await tasks.positionOf(callerOf(request), row),
  });
  app.get(
    '/tasks',
    { schema: searchTasksSchema, config: forRole('reader', 'validation_failed') },
    async (request, reply) => {
      const { rows, next } = await browser.search(callerOf(request), readSearch(request));
      const items = await Promise.all(
        rows.map(async (row) => presentListedTask(row, await viewOf(request, row))),
      );
      return send(reply, { items, next });
    },
  );
  app.get<{ Params: { id: string } }>(
    '/tasks/:id',
    { schema: showAccountTaskSchema, config: forRole('reader', 'task_not_found') },
    async (request, reply) => {
      const detail = await browser.show(callerOf(request), request.params.id);
      return send(reply, presentTaskDetail(detail, await viewOf(request, detail.task)));
    },
  );
  app.post<{ Params: { id: string } }>(
    '/tasks/:id/pictures',
    {
      schema: loadPictureSchema,
      config: forRole(
        'reader',
        'task_not_found',
        'validation_failed',
        'body_unreadable',
        'conflict',
        'storage_full',
      ),
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { url } = readBody(request, loadPictureSchema.body);
      const { task } = await browser.show(caller, request.params.id);
      const urls = task.input === null ? [] : findPictureUrls(parseOwnJson(task.input));
      if (!urls.includes(url)) throw refuseFaults(['url: must be the address of a picture in the input']);
      const { accountId, mode } = caller;
      const link = await thumbnails.load({ accountId, taskId: task.id, url, testMode: mode === 'test' });
      return send(reply, { thumbnail_url: link });
    },
  );
  app.post(
    '/tasks/cancel',
    {
      schema: cancelTasksSchema,
      config: forRole('member', 'validation_failed', 'body_unreadable'),
    },
    async (request, reply) => {
      const { ids } = readBody(request, cancelTasksSchema.body);
      const outcomes = await browser.cancelAll(callerOf(request), ids);
      return send(reply, { items: ids.map((id, at) => ({ id, outcome: outcomes[at] })) });
    },
  );
}
