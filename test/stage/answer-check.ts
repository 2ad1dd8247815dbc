// Holds every answer of every server in this process to the OpenAPI document of that server. A server needs no word about
// it: the framework announces each one that is made on a channel for such observers.
import diagnostics from 'node:diagnostics_channel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { JudgeAnswer } from './described-answers.ts';

const CREATED = 'fastify.initialization';

/** What is wrong with the answers of the servers in a test process; `test/check-answers.ts` fails the test for it. */
export const answerFaults: string[] = [];

let isWatching = false;

/**
 * The first call of a process watches its servers; later ones change nothing, since the files of one worker each ask.
 * @param report is called with a sentence for each answer that is not as it is described.
 */
export function checkAnswers(report: (fault: string) => void): void {
  if (isWatching) return;
  isWatching = true;
  diagnostics.subscribe(CREATED, (message) => {
    const { fastify } = message as { fastify: FastifyInstance };
    let judge: JudgeAnswer | undefined;
    let createJudge: ((document: object) => JudgeAnswer) | undefined;
    // Loaded where there is a server, since processes that draw have this file too.
    fastify.addHook('onReady', async () => {
      if (fastify.hasDecorator('swagger')) ({ createJudge } = await import('./described-answers.ts'));
    });
    fastify.addHook('onSend', (request, reply, payload, done) => {
      // The document is there only once all is ready.
      judge ??= createJudge?.(fastify.swagger());
      const fault = judge?.({
        method: request.method,
        path: pathOf(request),
        status: reply.statusCode,
        text: typeof payload === 'string' ? payload : undefined,
      });
      if (fault !== undefined) report(fault);
      done(null, payload);
    });
  });
}

/** The path of the route as the document writes it; undefined where no route was found. */
function pathOf({ routeOptions: { url } }: FastifyRequest): string | undefined {
  return url?.replace(/:(\w+)/g, '{$1}');
}
