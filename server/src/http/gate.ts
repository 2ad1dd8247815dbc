// Who is calling and whether too often, before a body is read. The check is put onto each route as it is registered,
// with what the route declares about itself at hand: asking for it again at each request would cost more than the check.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { Role } from '../accounts/roles.ts';
import { AppError, type ErrorName, invariant } from '../errors.ts';
import type { SteadyClock } from '../lib/time.ts';
import type { Session } from '../people/people.ts';
import { notFound } from './answer.ts';
import type { BodyBounds } from './body.ts';
import {
  bearerOf,
  type Caller,
  type CallerSource,
  covers,
  findCaller,
  findOperator,
  findSession,
  guardAnswer,
} from './callers.ts';
import { AddressRate, FailureRate, ReadRate, RefusalPace, TryRate, unitsOf } from './rate.ts';

/** What a route declares about itself. */
export interface RoutePolicy {
  /**
   * `account`: a key, or a person in an account; `operator`: the operator token, or the session of an operator; `person`:
   * a session; `link`: a signature in the address; `public`: anybody.
   */
  access: 'account' | 'operator' | 'person' | 'link' | 'public';
  /** The least role of a caller with access `account`; unsaid is `reader` for what only reads, else `member`. */
  needs?: Role;
  /** The least role of a person in an account, where that is more than a key needs. */
  needsOfPeople?: Role;
  /**
   * `create` is counted as a try here, and in the database, by the create statement, when it is taken. `address` is for
   * what costs something and takes no key.
   */
  rate: 'create' | 'read' | 'address' | 'none';
  /** What a call counts for where `rate` is `address`; 1 when not given. */
  units?: number;
  /** How much its body may hold, where that is more than the body of a create. */
  body?: BodyBounds;
  /** Errors that the route can answer with besides those that every route can. */
  errors: readonly ErrorName[];
}

declare module 'fastify' {
  interface FastifyContextConfig extends Partial<RoutePolicy> {}
  interface FastifyRequest {
    /** Who calls; set for routes with access `account`, which read it by {@link callerOf}. */
    key: Caller | undefined;
    /** Who is signed in, if a cookie opened the route; read by {@link sessionOf}. */
    session: Session | undefined;
    /** Path of the route as it was declared; set for routes with access `account`. */
    routePath: string;
  }
}

export interface GateOptions extends CallerSource {
  clock: SteadyClock;
  /** Calls other than creates per 10 s, for keys without a limit of their own. */
  readsPer10s: number;
  /** Undefined: routes with access `operator` answer as if there were none. */
  operatorToken?: string;
  /** Is called with the connection of each caller that was let in. */
  onKnown?: (socket: Socket) => void;
}

type Gate = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void;

/** Who calls a route with access `account`. */
export function callerOf({ key }: FastifyRequest): Caller {
  invariant(key, 'a route with access account is behind its gate');
  return key;
}

/** Who is signed in at a route with access `person`. */
export function sessionOf({ session }: FastifyRequest): Session {
  invariant(session, 'a route with access person is behind its gate');
  return session;
}

const TOO_MANY_REQUESTS = 429;

/** Holds back the answer to a caller that was refused too often: whatever refused it, and before its body is read. */
function paceRefusals(app: FastifyInstance, clock: SteadyClock): void {
  const refusals = new RefusalPace(clock);
  app.addHook('onSend', (request, reply, _payload, done) => {
    if (reply.statusCode !== TOO_MANY_REQUESTS) return done();
    // A route without a key has a link or nothing, and knows its caller by the address alone.
    refusals.refuse(request.key?.keyId ?? request.ip, done);
  });
}

/**
 * Puts a gate onto every route with access `account`, `person` or `operator`; the server does not start with a route without its gate.
 */
export function addGate(app: FastifyInstance, options: GateOptions): void {
  const rates = { reads: new ReadRate(options.clock), tries: new TryRate(options.clock) };
  const addresses = new AddressRate(options.clock);
  const closed = { operator: createOperatorGate(options), person: createPersonGate(options) };
  paceRefusals(app, options.clock);
  const routes: RouteOptions[] = [];
  const gates = new Set<unknown>();
  app.decorateRequest('key', undefined);
  app.decorateRequest('session', undefined);
  app.decorateRequest('routePath', '');
  app.addHook('onRoute', (route) => {
    routes.push(route);
    const access = route.config?.access;
    if (!isGated(access)) return;
    const gate = access === 'account' ? createGate(options, rates, route) : closed[access];
    gates.add(gate);
    route.onRequest = [gate].concat((route.onRequest as Gate[] | Gate | undefined) ?? []);
  });
  // Plugins set the configuration of their routes after the hook above has seen them.
  app.addHook('onRequest', (request, _reply, done) => {
    const { rate, units } = request.routeOptions.config;
    if (rate === 'address') addresses.take(request.ip, units ?? 1);
    done();
  });
  app.addHook('onReady', async () => {
    const silent = routes.find(({ config }) => !(config?.access && config.rate && config.errors));
    if (silent) {
      throw new Error(`the route ${silent.url} does not say who may call it, how often and with what errors`);
    }
    const open = routes.find((route) => {
      return isGated(route.config?.access) && ![route.onRequest].flat().some((hook) => gates.has(hook));
    });
    if (open) throw new Error(`the route ${open.url} lets only some in and has no gate`);
  });
}

type GatedAccess = Exclude<RoutePolicy['access'], 'link' | 'public'>;

function isGated(access: RoutePolicy['access'] | undefined): access is GatedAccess {
  return access === 'account' || access === 'operator' || access === 'person';
}

interface Rates {
  reads: ReadRate;
  tries: TryRate;
}

function createGate(options: GateOptions, rates: Rates, route: RouteOptions): Gate {
  const { readsPer10s, onKnown } = options;
  const rate = route.config?.rate;
  const needs = roleOf(route);
  const needsOfPeople = route.config?.needsOfPeople ?? needs;
  const path = route.url;
  // A body that is not read costs nothing.
  const isWeighed = route.schema?.body !== undefined;
  const admit = (request: FastifyRequest, reply: FastifyReply, key: Caller) => {
    request.key = key;
    onKnown?.(request.raw.socket);
    if (key.session) open(request, reply, key.session);
    const { keyId } = key;
    const units = isWeighed ? unitsOf(request.raw) : 1;
    if (rate === 'read') rates.reads.take({ keyId, max: key.readsPer10s ?? readsPer10s, units }, reply);
    else if (rate === 'create') rates.tries.take(keyId, key, units);
    const least = key.session ? needsOfPeople : needs;
    if (!covers(key.role, least)) throw new AppError('not_permitted', { message: NEEDS[least] });
  };
  return (request, reply, done) => {
    request.routePath = path;
    // A key that was seen within the last second is known without waiting, and waiting is most of the cost.
    const found = findCaller(options, request);
    if (found instanceof Promise) {
      found.then((key) => admit(request, reply, key)).then(() => done(), done);
      return;
    }
    admit(request, reply, found);
    done();
  };
}

/** The least role that a route with access `account` takes. */
export function roleOf({ config, method }: Pick<RouteOptions, 'config' | 'method'>): Role {
  return config?.needs ?? (method === 'GET' ? 'reader' : 'member');
}

/** Why a role does not do. */
const NEEDS: Record<Role, string> = {
  reader: 'This needs a role in the account',
  member: 'Only members and owners of the account may do this; a reader may only read',
  owner: 'Only owners of the account may do this',
};

function open(request: FastifyRequest, reply: FastifyReply, session: Session): void {
  request.session = session;
  guardAnswer(reply, session);
}

/** The gate of what belongs to a person and to no account. */
function createPersonGate(options: GateOptions): Gate {
  return (request, reply, done) => {
    findSession(options, request)
      .then((session) => {
        options.onKnown?.(request.raw.socket);
        open(request, reply, session);
      })
      .then(() => done(), done);
  };
}

/** Digests have the same length, so the time that a comparison takes reveals nothing about the token. */
function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function createOperatorGate(options: GateOptions): Gate {
  const { operatorToken, clock, onKnown } = options;
  const wanted = operatorToken === undefined ? undefined : digestOf(operatorToken);
  const failures = new FailureRate(clock);
  const checkToken = (request: FastifyRequest, token: string | undefined) => {
    if (!wanted) throw notFound(request);
    // Checked before the token: a guesser learns nothing while the address is held off.
    failures.check(request.ip);
    if (token !== undefined && timingSafeEqual(digestOf(token), wanted)) return;
    failures.count(request.ip);
    throw new AppError('unauthorized', { message: 'Operator token missing or not valid' });
  };
  const admit = async (request: FastifyRequest, reply: FastifyReply) => {
    const token = bearerOf(request);
    const session = token === undefined ? await findOperator(options, request) : undefined;
    if (session) open(request, reply, session);
    else checkToken(request, token);
    onKnown?.(request.raw.socket);
  };
  return (request, reply, done) => void admit(request, reply).then(() => done(), done);
}
