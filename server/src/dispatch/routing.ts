// Which waiting task goes where: fair between accounts, within every cap, to the first offer that can take it. Pure: the
// dispatcher reads the input and writes the result. A choice never moves a task whose attempt may still run.
import type { Book } from '../lib/money.ts';
import { isFinal, isOfAccount, meaningOf } from '../providers/failures.ts';
import type { TriedOffer } from '../tasks/attempts.store.ts';
import type { Candidate, Caps, Loads, RateRooms } from './dispatch.store.ts';
import { LocalPlaces, type LocalRoom } from './local-places.ts';
import { Line, type Turn, type Turns } from './turns.ts';

/** A model at a provider, as the choice sees it. */
export interface RoutableOffer {
  /** Unique within its model. */
  id: string;
  provider: string;
  /** The names of the accounts that can make it; all accounts if left out. */
  accounts?: readonly string[];
  order: number;
  weight: number;
  usualSeconds: number;
}

/** A provider account that may take new tasks now. */
export interface UsableCredential {
  id: string;
  weight: number;
  requestsPerMinute: number | null;
  openTasksMax: number | null;
}

/** The part of an offer that says which accounts can make it. */
export type Maker = Pick<RoutableOffer, 'provider' | 'accounts'>;

/** What is on offer now. */
export interface Market {
  /** The offers of a model for a book; for test keys only the built-in renderer. */
  offersOf(model: string, book: Book): readonly RoutableOffer[];
  /** Undefined for a provider that works in this process and needs no account. */
  credentialsOf(maker: Maker): readonly UsableCredential[] | undefined;
  /** Whether a provider has asked one of the accounts to slow down, so that it takes tasks again in a moment. */
  isBusy(maker: Maker): boolean;
}

/** How much this process can begin. */
export interface Room {
  /** New attempts of the provider that works in this process. */
  local: LocalRoom;
  /** New attempts at providers, and claims of attempts that were left. */
  remote: number;
}

/**
 * Where a candidate goes: `local` to the provider in this process, `start` to an account at a provider, `resume` back to
 * the attempt that it has.
 */
export type Choice = { candidate: Candidate } & (
  | { kind: 'local'; offer: RoutableOffer; credentialId?: undefined }
  | { kind: 'start'; offer: RoutableOffer; credentialId: string }
  | { kind: 'resume'; provider: string; offer?: undefined; credentialId?: undefined }
);

/** A task that was left with an attempt that may still run. */
type LeftCandidate = Candidate & { live_provider: string };

/** An offer whose provider could not be reached this often for a task comes after the others for that task. */
const OFFER_TRIES_MAX = 2;
/** Whether a task may not go to an offer again, because its provider has given a final answer. */
function isSpent(offer: string, tried: readonly TriedOffer[]): boolean {
  return tried.some(
    (attempt) =>
      attempt.offer === offer &&
      attempt.state !== 'abandoned' &&
      attempt.reason !== null &&
      isFinal(attempt.reason),
  );
}

/** The accounts that have not refused this task for want of money or rights: each is asked once. */
function notRefused<Account extends { id: string }>(
  accounts: readonly Account[],
  tried: readonly TriedOffer[],
): Account[] {
  const refused = tried.filter(({ reason }) => reason !== null && isOfAccount(reason));
  return accounts.filter(({ id }) => !refused.some(({ credential_id }) => credential_id === id));
}

function isTired(offer: string, tried: readonly TriedOffer[]): boolean {
  const failures = tried.filter(
    (attempt) =>
      attempt.offer === offer && attempt.reason !== null && meaningOf(attempt.reason).course === 'retry',
  );
  return failures.length >= OFFER_TRIES_MAX;
}

/** Counts what is open and what was chosen, and answers what still fits. */
class Counter {
  readonly #loads: Loads;
  readonly #caps: Caps;
  readonly #rates: RateRooms;

  constructor(loads: Loads, caps: Caps, rates: RateRooms) {
    this.#loads = loads;
    this.#caps = caps;
    this.#rates = rates;
  }

  running(accountId: string): number {
    return this.#loads.accounts.get(accountId) ?? 0;
  }

  /** Whether account, key and model may have one more. */
  admits({ account_id, key_id, model }: Candidate): boolean {
    return this.#fits('accounts', account_id) && this.#fits('keys', key_id) && this.#fits('models', model);
  }

  /** The least loaded of those that may have one more. */
  pick(credentials: readonly UsableCredential[]): UsableCredential | undefined {
    const free = credentials.filter(({ id, openTasksMax }) => {
      const isFull = openTasksMax !== null && this.#openAt(id) >= openTasksMax;
      return !isFull && (this.#rates.get(id) ?? 1) > 0;
    });
    const load = ({ id, weight }: UsableCredential) => this.#openAt(id) / weight;
    return free.reduce<UsableCredential | undefined>(
      (best, credential) => (best && load(best) <= load(credential) ? best : credential),
      undefined,
    );
  }

  add({ account_id, key_id, model }: Candidate, credentialId: string | undefined): void {
    const raise = (counts: Map<string, number>, name: string) =>
      counts.set(name, (counts.get(name) ?? 0) + 1);
    raise(this.#loads.accounts, account_id);
    raise(this.#loads.keys, key_id);
    raise(this.#loads.models, model);
    if (credentialId === undefined) return;
    raise(this.#loads.credentials, credentialId);
    const room = this.#rates.get(credentialId);
    if (room !== undefined) this.#rates.set(credentialId, room - 1);
  }

  #openAt(credentialId: string): number {
    return this.#loads.credentials.get(credentialId) ?? 0;
  }

  #fits(kind: keyof Caps, name: string): boolean {
    const cap = this.#caps[kind].get(name);
    return cap === undefined || (this.#loads[kind].get(name) ?? 0) < cap;
  }
}

/** Shares tasks between offers of the same order by weight: the one that is furthest behind its share comes first. */
export class OfferShares {
  readonly #served: Map<string, number>;

  constructor(served: ReadonlyMap<string, number> = new Map()) {
    this.#served = new Map(served);
  }

  copy(): OfferShares {
    return new OfferShares(this.#served);
  }

  sort(model: string, offers: readonly RoutableOffer[]): RoutableOffer[] {
    const share = ({ id, weight }: RoutableOffer) => (this.#served.get(`${model} ${id}`) ?? 0) / weight;
    return offers.toSorted((one, other) => one.order - other.order || share(one) - share(other));
  }

  count(model: string, { id }: RoutableOffer): void {
    const name = `${model} ${id}`;
    this.#served.set(name, (this.#served.get(name) ?? 0) + 1);
  }
}

export interface RoutingInput {
  candidates: readonly Candidate[];
  /** Tasks that need no renderer; they may be among the candidates too. */
  unrendered: readonly Candidate[];
  loads: Loads;
  caps: Caps;
  rates: RateRooms;
  market: Market;
  /** What earlier rounds have served. A choice reads it and changes nothing, since a round may be undone and repeated. */
  shares: OfferShares;
  turns: Turns;
  room: Room;
}

/** What was chosen, and what later rounds have to know of it once the claims are committed. */
export interface Chosen {
  choices: Choice[];
  /** In place of those that the choice was made by. */
  shares: OfferShares;
  /** To be counted, in this order. */
  turns: Turn[];
}

/** The room of a round, reduced by each choice. */
interface Places {
  local: LocalPlaces;
  remote: number;
}

type PlacesInput = Omit<RoutingInput, 'room'> & { room: Places };

/**
 * Chooses turn by turn for the account that has the fewest attempts open. A task that has an attempt goes back to it,
 * whatever the caps say. A task that fits nowhere now keeps its place in its queue.
 */
export function chooseAssignments(input: RoutingInput): Chosen {
  const counter = new Counter(input.loads, input.caps, input.rates);
  const room = { local: new LocalPlaces(input.room.local), remote: input.room.remote };
  const shares = input.shares.copy();
  const turns: Turn[] = [];
  const places = { ...input, room, shares };
  const atOnce = chooseUnrendered(input.unrendered, counter, places);
  const begun = new Set(atOnce.map(({ candidate: { id } }) => id));
  const rest = input.candidates.filter(({ id }) => !begun.has(id));
  const back = rest.filter(isLeft).filter((candidate) => takeBack(candidate, input.market, room));
  const choices = [...atOnce, ...back.map(resume)];
  const waiting = rest.filter((candidate) => !isLeft(candidate));
  const line = new Line(waiting, input.turns, (accountId) => counter.running(accountId));
  // Places only get fewer in a round: if a task without earlier attempts found none, others of its kind find none.
  const full = new Set<string>();
  while (room.local.left + room.remote > 0) {
    const candidate = line.take();
    if (!candidate) break;
    const { account_id: accountId, model, book, tried } = candidate;
    const kind = `${book} ${model} ${room.local.kindOf(candidate)}`;
    const mayFit = counter.admits(candidate) && !(tried === null && full.has(kind));
    const choice = mayFit ? chooseOne(candidate, counter, places) : undefined;
    if (choice) {
      counter.add(candidate, choice.credentialId);
      turns.push({ accountId, work: workOf(choice) });
      choices.push(choice);
    } else if (mayFit && tried === null) full.add(kind);
    line.putBack(accountId);
  }
  return { choices, shares, turns };
}

/** Begins what needs no renderer at once, within the caps and the limit for each account. */
function chooseUnrendered(unrendered: readonly Candidate[], counter: Counter, places: PlacesInput): Choice[] {
  return unrendered.flatMap((candidate) => {
    const choice = counter.admits(candidate) ? chooseOne(candidate, counter, places) : undefined;
    if (choice) counter.add(candidate, choice.credentialId);
    return choice ?? [];
  });
}

/** The work of a draft; a start at a provider counts as one. */
function workOf({ kind, candidate: { draft } }: Choice): number {
  return kind === 'local' && draft ? draft.work : 1;
}

function isLeft(candidate: Candidate): candidate is LeftCandidate {
  return candidate.live_provider !== null && candidate.live_state !== 'assigned';
}

function resume(candidate: LeftCandidate): Choice {
  return { candidate, kind: 'resume', provider: candidate.live_provider };
}

/** Takes the place that a task needs in this process if it was left with its attempt. */
function takeBack({ live_provider: provider }: LeftCandidate, market: Market, room: Places): boolean {
  if (market.credentialsOf({ provider }) === undefined) return room.local.takeBack();
  if (room.remote <= 0) return false;
  room.remote--;
  return true;
}

function chooseOne(candidate: Candidate, counter: Counter, input: PlacesInput): Choice | undefined {
  const { market, shares, room } = input;
  const tried = candidate.tried ?? [];
  const offers = market.offersOf(candidate.model, candidate.book).filter(({ id }) => !isSpent(id, tried));
  const sorted = shares.sort(candidate.model, offers);
  const isLast = (offer: RoutableOffer) => Number(isTired(offer.id, tried));
  for (const offer of sorted.toSorted((one, other) => isLast(one) - isLast(other))) {
    const accounts = market.credentialsOf(offer);
    if (accounts === undefined) {
      return room.local.take(candidate) ? { candidate, kind: 'local', offer } : undefined;
    }
    const credentials = notRefused(accounts, tried);
    // An offer whose every account is out of order is passed over; one that is only full is waited for.
    if (credentials.length === 0 && !market.isBusy(offer)) continue;
    const credential = room.remote > 0 ? counter.pick(credentials) : undefined;
    if (!credential) return undefined;
    room.remote--;
    shares.count(candidate.model, offer);
    return { candidate, kind: 'start', offer, credentialId: credential.id };
  }
  return undefined;
}

/** Whether another try of a task is possible now, after its attempts so far. */
export function hasFurtherOffer(
  market: Market,
  task: { model: string; book: Book },
  tried: readonly TriedOffer[],
): boolean {
  return market.offersOf(task.model, task.book).some((offer) => {
    const accounts = market.credentialsOf(offer);
    const takesTasks = !accounts || notRefused(accounts, tried).length > 0 || market.isBusy(offer);
    return takesTasks && !isSpent(offer.id, tried);
  });
}
