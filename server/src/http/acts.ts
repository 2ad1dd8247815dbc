// Makes each changing route of a scope an act of its caller, so that what the domain records carries who asked for it
// and from where.
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Pool } from 'pg';
import { type Actor, actAs, hasRecorded, recordAct } from '../audit/audit.ts';

const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/** What recording needs of a door. */
export interface Recording {
  pool: Pool;
  /** A call that the domain left no line of gets one here, before its answer goes out. */
  isEach: boolean;
}

/** Call it before the routes of the scope are added. */
export function recordActs(scope: FastifyInstance, { pool, isEach }: Recording): void {
  scope.addHook('onRoute', (route) => {
    const method = String(route.method);
    if (SAFE_METHODS.includes(method)) return;
    const { handler } = route;
    const action = actionOf(route);
    route.handler = function act(request: FastifyRequest, reply: FastifyReply): unknown {
      const origin = `${method} ${route.url}`;
      const from = { origin, address: request.ip, requestId: request.id };
      return actAs({ actor: actorOf(request), ...from }, () => handler.call(this, request, reply));
    };
    if (!isEach) return;
    const record = async (request: FastifyRequest, { statusCode }: FastifyReply) => {
      if (statusCode >= 400 || hasRecorded()) return;
      const subject = Object.values(request.params as Record<string, string>).join('/');
      await recordAct(pool, { action, subject });
    };
    route.onSend = [record].concat((route.onSend as (typeof record)[] | undefined) ?? []);
  });
}

/** Who calls, as the gate has found out. */
function actorOf({ key, session, routeOptions }: FastifyRequest): Actor {
  if (session) return { kind: 'person', id: session.person.id, name: session.person.email };
  if (key) return { kind: 'key', id: key.keyId, name: key.keyId };
  if (routeOptions.config.access === 'operator') return { kind: 'token', name: 'operator token' };
  return { kind: 'person', name: 'not signed in' };
}

/** The name of an act that the domain did not record, made of the name of its route. */
function actionOf({ schema }: RouteOptions): string {
  const name = String((schema as { operationId?: string } | undefined)?.operationId ?? 'call');
  return `route.${name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;
}
