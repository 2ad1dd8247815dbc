// The rows of the proof as data: every step of the protocol at which an exchange with a provider can break,
// and every place at which a process of Reelay can die.
import type { Fault } from '../../emulators/core/faults.ts';
import type { Failpoint } from '../../server/src/lib/failpoints.ts';
import { ROUTE_FACTS, type Route } from './routes.ts';

/** What goes wrong for one order. */
export interface OrderFaults {
  /** Meet only the start of this order. */
  own: Fault[];
  /** Meet the next request, whichever it is. */
  next: Fault[];
}

/** Rows of orders whose provider works correctly. */
export const CALM = 'no trouble';
/** At first, no byte of them leaves. */
export const REFUSED = 'not sent: connection refused';

export interface WireStep {
  title: string;
  /** Nothing for an order without trouble. */
  faultsFor(route: Route, place: number): OrderFaults;
  /** Takes as long as a call may, so only the large proof has it, and few of it. */
  isLong?: true;
  /** Afterwards the provider's account rests for a while. */
  cools?: true;
}

type StartFault = Fault extends infer One ? (One extends Fault ? Omit<One, 'on' | 'where'> : never) : never;

function onStart(...faults: StartFault[]): WireStep['faultsFor'] {
  return () => ({ own: faults.map((fault) => ({ on: 'start', ...fault }) as Fault), next: [] });
}

const LOOK_TROUBLES: StartFault[] = [
  { kind: 'close_before' },
  { kind: 'half' },
  { kind: 'html' },
  { kind: 'status', status: 502 },
  { kind: 'status', status: 504 },
  { kind: 'close_after' },
];

/** The answer to the start is lost, and so are some answers to the looks that follow. */
function lostWithLooks(_route: Route, place: number): OrderFaults {
  const trouble = LOOK_TROUBLES[place % LOOK_TROUBLES.length];
  return {
    own: [{ on: 'start', kind: 'close_after' }],
    next: [{ on: 'list', ...trouble } as Fault, { on: 'poll', ...trouble } as Fault],
  };
}

function lostWithCallback(kind: 'drop' | 'double' | 'forge'): WireStep['faultsFor'] {
  return () => ({ own: [{ on: 'start', kind: 'close_after' }], next: [{ on: 'callback', kind }] });
}

function failing(route: Route): StartFault {
  return { kind: 'fail', json: ROUTE_FACTS[route].failure };
}

export const WIRE_STEPS: readonly WireStep[] = [
  { title: 'before it is read: cut', faultsFor: onStart({ kind: 'close_before' }) },
  { title: 'before: 502 of a balancer', faultsFor: onStart({ kind: 'status', status: 502 }) },
  { title: 'before: 504 of a balancer', faultsFor: onStart({ kind: 'status', status: 504 }) },
  { title: 'before: 503 of a balancer', faultsFor: onStart({ kind: 'status', status: 503 }) },
  {
    title: 'before: 429 of a balancer',
    faultsFor: onStart({ kind: 'status', status: 429, headers: { 'retry-after': '1' } }),
    cools: true,
  },
  { title: 'before: no answer for 30 s', faultsFor: onStart({ kind: 'hang_before' }), isLong: true },
  { title: 'taken: cut before the answer', faultsFor: onStart({ kind: 'close_after' }) },
  { title: 'taken: cut in mid-answer', faultsFor: onStart({ kind: 'half' }) },
  { title: 'taken: 200 with HTML', faultsFor: onStart({ kind: 'html' }) },
  {
    title: 'taken: 502 of a balancer',
    faultsFor: onStart({ kind: 'status', status: 502, after: true }),
  },
  {
    title: 'taken: 504 of a balancer',
    faultsFor: onStart({ kind: 'status', status: 504, after: true }),
  },
  {
    title: 'taken: 503 of a balancer',
    faultsFor: onStart({ kind: 'status', status: 503, after: true }),
  },
  { title: 'taken: no answer for 30 s', faultsFor: onStart({ kind: 'hang_after' }), isLong: true },
  { title: 'taken: the callback overtakes it', faultsFor: onStart({ kind: 'slow', ms: 2_500 }) },
  { title: 'taken, cut; the looks break too', faultsFor: lostWithLooks },
  { title: 'taken, cut; no callback', faultsFor: lostWithCallback('drop') },
  { title: 'taken, cut; callback twice', faultsFor: lostWithCallback('double') },
  { title: 'taken, cut; forged callback', faultsFor: lostWithCallback('forge') },
  {
    title: 'taken, then failed there',
    faultsFor: (route) => ({ own: [{ on: 'start', ...failing(route) } as Fault], next: [] }),
  },
  {
    title: 'taken, cut, then failed there',
    faultsFor: (route) => ({
      own: [{ on: 'start', kind: 'close_after' }, { on: 'start', ...failing(route) } as Fault],
      next: [],
    }),
  },
];

/** Steps for orders that must also meet a death of Reelay: nothing that rests or takes long. */
export const QUICK_STEPS = WIRE_STEPS.filter(({ isLong, cools }) => !isLong && !cools);

/** The places between two durable steps of a live task, in order. */
export const WORKER_FAILPOINTS: readonly Failpoint[] = [
  'after-claim',
  'after-intent',
  'after-start',
  'after-accepted',
  'after-poll',
  'after-storing',
  'after-store',
  'in-settle',
  'after-settle',
];

export const API_FAILPOINTS: readonly Failpoint[] = ['before-create', 'after-create'];
