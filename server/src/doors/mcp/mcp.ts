// The door for agents: the tools of `mcp/` over HTTP, for both eras of the Model Context Protocol. Its packages are loaded by
// the first call. It accepts keys alone: a cookie would let a page act as an agent.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { LIVE_REFUSAL, secretOf } from '../../../../mcp/src/agent.ts';
import type { ToolHandler } from '../../../../mcp/src/http.ts';
import { Reelay } from '../../../../sdk/src/sdk.ts';
import { AppError } from '../../errors.ts';
import { bodyOf } from '../../http/body.ts';
import { type Caller, keyOf } from '../../http/callers.ts';
import { callerOf } from '../../http/gate.ts';
import type { Log } from '../../lib/log.ts';
import { toCredits } from '../../lib/money.ts';
import { VERSION } from '../../lib/version.ts';
import type { Door } from '../door.ts';
import { mcpErrors } from './answer.ts';
import { fetchWithin } from './own-api.ts';

export interface McpParts {
  log: Log;
  /** The address under which clients reach the API. */
  publicUrl: { value: string };
}

const ERRORS = ['not_permitted', 'body_unreadable'] as const;
const config = { access: 'account', rate: 'read', needs: 'reader', errors: ERRORS } as const;

/** The address that the tools name; no call leaves the process. */
const OWN_API = 'http://reelay.invalid';

export const mcpDoor: Door<McpParts> = {
  prefix: '/mcp',
  tags: {},
  webhooks: {},
  errors: mcpErrors,
  register(scope, { log, publicUrl }) {
    const tools = new Tools(log);
    scope.addHook('onClose', () => tools.close());
    scope.post('/', { schema: { hide: true, body: Type.Unknown() }, config }, async (request, reply) => {
      const { value: body } = bodyOf(request);
      refuseOtherOrigin(request, publicUrl.value);
      const handler = await tools.load();
      const agent = agentOf(scope, request);
      reply.hijack();
      await handler.handle({ request: request.raw, response: reply.raw, body }, agent);
    });
    // Streams and sessions of the older protocol, which this door does not have; the handler says so.
    scope.route({
      method: ['GET', 'DELETE'],
      url: '/',
      schema: { hide: true },
      config,
      handler: async (request, reply) => {
        refuseOtherOrigin(request, publicUrl.value);
        const handler = await tools.load();
        const agent = agentOf(scope, request);
        reply.hijack();
        await handler.handle({ request: request.raw, response: reply.raw, body: undefined }, agent);
      },
    });
  },
};

/** What the tools stand on, loaded once. */
class Tools {
  readonly #log: Log;
  #handler: Promise<ToolHandler> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  load(): Promise<ToolHandler> {
    this.#handler ??= import('../../../../mcp/src/http.ts').then(({ createToolHandler }) =>
      createToolHandler({
        version: VERSION,
        onFault: (error) => this.#log.debug({ err: error }, 'agent.refused'),
      }),
    );
    return this.#handler;
  }

  async close(): Promise<void> {
    await (await this.#handler)?.close();
  }
}

/**
 * Refuses a page of another origin, also one whose name was made to lead here (DNS rebinding): its own address is compared, and
 * not that of the request. @throws AppError `not_permitted`.
 */
function refuseOtherOrigin({ headers: { origin } }: FastifyRequest, publicUrl: string): void {
  if (origin === undefined) return;
  if (URL.canParse(origin) && new URL(origin).host === new URL(publicUrl).host) return;
  throw new AppError('not_permitted', { message: 'The request comes from a page of another site' });
}

/** The agent behind a request. @throws AppError `not_permitted`. */
function agentOf(app: FastifyInstance, request: FastifyRequest) {
  const caller = callerOf(request);
  const apiKey = keyOf(request);
  if (caller.session !== undefined || apiKey === undefined)
    throw new AppError('not_permitted', { message: 'Agents call with a key and not with a cookie' });
  const rules = rulesOf(caller);
  if (rules.mode === 'live' && !rules.isLiveAllowed)
    throw new AppError('not_permitted', { message: LIVE_REFUSAL });
  const reelay = new Reelay({ apiKey, baseUrl: OWN_API, fetch: fetchWithin(app, request.ip), maxRetries: 1 });
  return { reelay, rules, secret: secretOf(apiKey) };
}

function rulesOf({ mode, agentsLive, agentsConfirmAbove }: Caller) {
  const confirmAbove = agentsConfirmAbove === null ? undefined : toCredits(agentsConfirmAbove);
  return { mode, isLiveAllowed: agentsLive, confirmAbove };
}
