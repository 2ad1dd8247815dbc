// Stands in for the video API of MiniMax in both versions, and for its text to speech. Pictures and sounds of a request are not fetched;
// reference videos are accepted and cost nothing.
import { SECOND_MS } from '../../server/src/lib/time.ts';
import type { EmulatedApi, ServedApi, Tools } from '../core/api.ts';
import { type ApiRequest, type Reply, replyJson } from '../core/exchange.ts';
import type { Job, Jobs } from '../core/job.ts';
import { createAccept } from './create.ts';
import { type MinimaxError, refuseFirst, refuseSecond } from './errors.ts';
import { postOfFirst, routesOfFirst } from './first.ts';
import { MINIMAX_STATES, type MinimaxTask } from './order.ts';
import { routesOfSecond, showSecond } from './second.ts';
import { routesOfSpeech, type SpeechOrder } from './speech.ts';

export const minimaxApi: EmulatedApi = {
  id: 'minimax',
  title: 'MiniMax',
  fields: [
    { name: 'base_url', environment: 'MINIMAX_BASE_URL', value: '{url}' },
    { name: 'api_key', environment: 'MINIMAX_API_KEY', value: 'minimax-emulator-key' },
  ],
  states: MINIMAX_STATES,
  resultHours: 1,
  recordHours: 7 * 24,
  settings: {
    /** `good` or `empty`. */
    account: 'good',
    /** A prompt with one of these words violates the content rules. */
    refusedWords: ['forbidden-content'],
  },
  serve: (tools) => serveMinimax(tools, tools.jobs<MinimaxTask>()),
};

const BAD_KEY: MinimaxError = {
  code: 1004,
  message: "login fail: Please carry the API secret key in the 'Authorization' field of the request header",
};

function serveMinimax(tools: Tools, jobs: Jobs<MinimaxTask>): ServedApi {
  const taskOfFile = new Map<string, string>();
  const accept = createAccept(tools, jobs, taskOfFile);
  const refuse = ({ path }: ApiRequest, error: MinimaxError): Reply =>
    path.startsWith('/v2/') ? refuseSecond(error, tools.random) : refuseFirst(error);
  return {
    authorize: (request) =>
      request.headers.authorization === `Bearer ${tools.fields.api_key}`
        ? tools.fields.api_key
        : refuse(request, BAD_KEY),
    words: {
      noRoute: () => replyJson({ error: '404 page not found' }, 404),
      tooMany: (request) => refuse(request, { code: 1002, message: 'rate limit, please retry later' }),
    },
    routes: [
      ...routesOfFirst({ tools, jobs, accept, taskOfFile }),
      ...routesOfSecond({ tools, jobs, accept }),
      ...routesOfSpeech(tools, tools.jobs<SpeechOrder>()),
    ],
    callbacks: {
      on: ['queued', 'running', 'succeeded', 'failed', 'cancelled'],
      timeoutMs: 3 * SECOND_MS,
      // Not documented.
      retries: () => 2,
      pauseMs: 5 * SECOND_MS,
      body(job) {
        const task = job as Job<MinimaxTask>;
        return task.data.order.api === 'v1' ? postOfFirst(task) : { task: showSecond(task, tools) };
      },
    },
  };
}
