// One round that gives waiting tasks to offers: it reads what waits and what runs, chooses, and claims. A lock that ends
// with the transaction lets the rounds of all nodes follow one another.
import type { Pool, PoolClient } from 'pg';
import { withTransaction } from '../db/pool.ts';
import type { JsonObject } from '../lib/json.ts';
import { LEASE_MS } from '../tasks/task.ts';
import {
  type Assignment,
  type Candidate,
  type CandidateRow,
  type Caps,
  type ClaimedTask,
  claimAssigned,
  countStarts,
  type Loads,
  type RateRooms,
  readCandidates,
  readCaps,
  readRateRooms,
  readUnrendered,
  takeDispatchLock,
} from './dispatch.store.ts';
import { type Kept, KeptLoads } from './kept-loads.ts';
import type { LiveMarket } from './market.ts';
import {
  type Choice,
  type Chosen,
  chooseAssignments,
  OfferShares,
  type Room,
  type UsableCredential,
} from './routing.ts';
import { Turns } from './turns.ts';

/**
 * How many tasks of an account and model a round reads: usually one; sometimes more, so that the first blocks no other.
 */
const QUEUE_LOOK_MIN = 1;
const QUEUE_LOOK_DEEP = 8;
const DEEP_EVERY = 8;
/** The starts under way from this process at one provider account, so that a slow one takes no room from the others. */
const STARTING_MAX = 48;

export interface DispatchOptions {
  pool: Pool;
  market: LiveMarket;
  /** How much work this process has with the input of a draft; 1 or less is short. */
  workOf: (model: string, input: JsonObject) => number;
}

export interface Round {
  nodeId: string;
  room: Room;
  /** Starts under way in this process, by credential. */
  starting: ReadonlyMap<string, number>;
}

/** What a round that had its turn has come to. */
interface RoundDone {
  queuesSeen: number;
  claimed: ClaimedTask[];
  /** With what was chosen now. */
  kept: Kept;
  /** Undefined when there was nothing to choose, or nothing fitted. */
  chosen?: Chosen;
}

export class Dispatcher {
  readonly #options: DispatchOptions;
  #shares = new OfferShares();
  readonly #turns = new Turns();
  readonly #loads = new KeptLoads();
  #queuesSeen = 1;
  #rounds = 0;

  constructor(options: DispatchOptions) {
    this.#options = options;
  }

  /** Claims what can be begun now. Undefined when another node has its turn: ask again soon. */
  async round(round: Round): Promise<ClaimedTask[] | undefined> {
    // The transaction may be undone, and run again: what the next rounds know of this one is changed behind it.
    const done = await withTransaction(this.#options.pool, (client) => this.#claim(client, round));
    if (!done) return undefined;
    this.#rounds++;
    this.#loads.keep(done.kept);
    this.#queuesSeen = done.queuesSeen;
    if (!done.chosen) return [];
    this.#shares = done.chosen.shares;
    for (const turn of done.chosen.turns) this.#turns.count(turn);
    return done.claimed;
  }

  /** How long the next round may wait although nothing new is known to it; not finite when the last one saw every end. */
  restMs(): number {
    return this.#loads.restMs();
  }

  async #claim(client: PoolClient, round: Round): Promise<RoundDone | undefined> {
    const number = await takeDispatchLock(client);
    if (number === undefined) return undefined;
    const [kept, caps] = [await this.#loads.take(client, number), await readCaps(client)];
    const { loads } = kept;
    const fullKeys = fullOnes(loads.keys, caps.keys);
    const queueMax = this.#lookPerQueue(round.room);
    const candidates = this.#weigh(await readCandidates(client, { queueMax, fullKeys }));
    const unrendered = this.#weigh(await readUnrendered(client, fullKeys));
    const queuesSeen = new Set(candidates.map(({ account_id, model }) => `${account_id} ${model}`)).size;
    if (candidates.length + unrendered.length === 0) return { queuesSeen, claimed: [], kept };
    // It is read after the tasks, so that an account that has just refused one of them is known to have done so.
    const market = await this.#options.market.open();
    const credentials = await this.#options.market.listUsable();
    const limited = credentials.filter(({ requestsPerMinute }) => requestsPerMinute !== null);
    const rates = await readRateRooms(
      client,
      limited as (UsableCredential & { requestsPerMinute: number })[],
    );
    limitStarting(rates, credentials, round.starting);
    const known = { loads, caps, rates, market, shares: this.#shares, turns: this.#turns };
    const chosen = chooseAssignments({ ...known, candidates, unrendered, room: round.room });
    const { choices } = chosen;
    if (choices.length === 0) return { queuesSeen, claimed: [], kept };
    await countStarts(client, countsOf(choices, limited));
    const assignments = choices.map(toAssignment);
    const claimed = await claimAssigned(client, { nodeId: round.nodeId, leaseMs: LEASE_MS, assignments });
    return { queuesSeen, claimed, kept, chosen };
  }

  #weigh(rows: readonly CandidateRow[]): Candidate[] {
    return rows.map(({ draft, ...row }) => ({
      ...row,
      draft: draft && { waits: draft.waits, work: this.#options.workOf(row.model, draft.input) },
    }));
  }

  #lookPerQueue({ local, remote }: Room): number {
    const atLeast = this.#rounds % DEEP_EVERY === 0 ? QUEUE_LOOK_DEEP : QUEUE_LOOK_MIN;
    return Math.max(
      atLeast,
      Math.ceil((2 * (local.any + local.short + remote)) / Math.max(1, this.#queuesSeen)),
    );
  }
}

function fullOnes(counts: Loads['keys'], caps: Caps['keys']): string[] {
  return [...caps].filter(([name, cap]) => (counts.get(name) ?? 0) >= cap).map(([name]) => name);
}

/** Limits the starts of a credential by its rate, and by those that this process has under way there. */
function limitStarting(
  rates: RateRooms,
  credentials: readonly UsableCredential[],
  starting: ReadonlyMap<string, number>,
): void {
  for (const { id } of credentials) {
    const room = STARTING_MAX - (starting.get(id) ?? 0);
    rates.set(id, Math.max(0, Math.min(room, rates.get(id) ?? room)));
  }
}

function countsOf(choices: readonly Choice[], limited: readonly UsableCredential[]) {
  return limited.flatMap(({ id, requestsPerMinute }) => {
    const count = choices.filter(({ credentialId }) => credentialId === id).length;
    return count > 0 && requestsPerMinute !== null ? [{ id, count, requestsPerMinute }] : [];
  });
}

function toAssignment(choice: Choice): Assignment {
  const { id: taskId, draft } = choice.candidate;
  if (choice.kind === 'resume') return { taskId, kind: 'resume', provider: choice.provider };
  const { provider, id: offer } = choice.offer;
  const attempt = { taskId, provider, offer, usualSeconds: Math.max(1, choice.offer.usualSeconds) };
  return choice.kind === 'local'
    ? { ...attempt, kind: 'local', needsRender: draft?.waits === false }
    : { ...attempt, kind: 'start', credentialId: choice.credentialId };
}
