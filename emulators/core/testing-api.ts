// The smallest emulated API: an example for others, and the core's own test. It has one of everything and
// checks only the key. Only for tests.
import { isObject } from '../../server/src/lib/json.ts';
import type { EmulatedApi, ServedApi, Tools } from './api.ts';
import { type Reply, replyJson } from './exchange.ts';
import type { Job } from './job.ts';

interface PlainJob {
  prompt: string;
}

export const plainApi: EmulatedApi = {
  id: 'plain',
  title: 'Plain',
  fields: [
    { name: 'base_url', environment: 'PLAIN_BASE_URL', value: '{url}/v1' },
    { name: 'api_key', environment: 'PLAIN_API_KEY', value: 'plain-emulator-key' },
  ],
  states: {
    queued: 'waiting',
    running: 'working',
    succeeded: 'done',
    failed: 'broken',
    cancelled: 'stopped',
    expired: 'late',
  },
  resultHours: 24,
  recordHours: 48,
  settings: { credits: 100 },
  serve: servePlain,
};

function servePlain(tools: Tools): ServedApi {
  const jobs = tools.jobs<PlainJob>();
  const refuse = (status: number, error: string): Reply => replyJson({ error }, status);
  const show = (job: Job<unknown>) => ({
    id: job.id,
    status: job.status,
    error: job.error ?? null,
    video:
      job.state === 'succeeded'
        ? tools.files.url(job, { kind: 'mp4', width: 160, height: 90, seconds: 2 })
        : null,
  });
  return {
    authorize: ({ headers }) => {
      const key = headers.authorization?.replace(/^Bearer /, '');
      return key === tools.fields.api_key ? key : refuse(401, 'bad key');
    },
    words: {
      noRoute: () => refuse(404, 'no such address'),
      tooMany: () => refuse(429, 'too many requests'),
    },
    routes: [
      {
        method: 'POST',
        path: '/v1/jobs',
        on: 'start',
        answer: (request) => {
          const { prompt, name, callback } = isObject(request.json) ? request.json : {};
          if (typeof prompt !== 'string') return refuse(400, 'no prompt');
          const job = jobs.add(request, {
            id: `job-${tools.random.letters(12)}`,
            data: { prompt },
            model: 'plain-1',
            token: typeof name === 'string' ? name : undefined,
            callbackUrl: typeof callback === 'string' ? callback : undefined,
          });
          return replyJson({ id: job.id });
        },
      },
      {
        method: 'GET',
        path: '/v1/jobs/{id}',
        on: 'poll',
        answer: (request) => {
          const job = jobs.find(request, request.params.id);
          return job ? replyJson(show(job)) : refuse(404, 'no such job');
        },
      },
      {
        method: 'GET',
        path: '/v1/jobs',
        on: 'list',
        answer: (request) => replyJson(jobs.list(request).map(show)),
      },
      {
        method: 'DELETE',
        path: '/v1/jobs/{id}',
        on: 'cancel',
        answer: ({ params }) => (jobs.cancel(params.id, ['queued']) ? {} : refuse(409, 'too late')),
      },
      {
        method: 'GET',
        path: '/v1/jobs/{id}/content',
        on: 'download',
        answer: () => ({ file: { kind: 'png', width: 160, height: 90 } }),
      },
    ],
    callbacks: {
      on: ['queued', 'running', 'succeeded', 'failed'],
      timeoutMs: 5_000,
      retries: (state) => (state === 'succeeded' ? 2 : 0),
      pauseMs: 1_000,
      body: show,
      sign: () => ({ 'x-signature': 'good' }),
    },
  };
}
