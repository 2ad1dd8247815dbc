// What is shared by the parts that follow a task at a provider: its start, its looks, its end and its return.
import type { Pool } from 'pg';
import type { Callbacks } from '../callbacks/callbacks.ts';
import { chargeForPart, chargeOf } from '../catalog/prices.ts';
import type { Credentials } from '../credentials/credentials.ts';
import { type Batched, batched } from '../db/batched.ts';
import { costOf, type LiveMarket } from '../dispatch/market.ts';
import type { Files } from '../files/files.ts';
import type { Failpoint } from '../lib/failpoints.ts';
import { type JsonObject, parseOwnJson } from '../lib/json.ts';
import type { Log } from '../lib/log.ts';
import type { Clock } from '../lib/time.ts';
import type { StartRequest, Success } from '../providers/contract.ts';
import type { ProviderSockets } from '../providers/http.ts';
import { type AttemptName, markIntents } from '../tasks/attempts.store.ts';
import type { TaskChanges } from '../tasks/changes.ts';
import type { Settler } from '../tasks/settle.ts';
import { type TaskRow, tokenOf } from '../tasks/task.ts';
import { type AcceptedAttempt, type Look, recordAccepted, type Taking, takeTasks } from './looks.store.ts';

export interface RemoteOptions {
  pool: Pool;
  files: Files;
  settler: Settler;
  callbacks: Callbacks;
  changes: TaskChanges;
  log: Log;
  clock: Clock;
  market: LiveMarket;
  credentials: Credentials;
  sockets: ProviderSockets;
  /** The input of a task with the defaults of its model filled in. */
  fillInput: (model: string, input: JsonObject) => JsonObject;
  /** What a model makes. */
  modalityOf: (model: string) => StartRequest['makes'];
  /** How many pictures an input asks for; undefined for a model that is not priced by the picture. */
  filesAsked: (model: string, input: JsonObject) => number | undefined;
  /** Names of the inputs of a model that hold addresses of files. */
  addressFieldsOf: (model: string) => readonly string[];
  /** The item of the catalogue that an input names. */
  findTemplate: (model: string, input: JsonObject) => Promise<JsonObject | undefined>;
  /** Takes a template out of the list because its provider no longer has it. */
  retireTemplate: (model: string, input: JsonObject) => Promise<void>;
  /** The address to which a provider may post hints of an attempt; undefined when it could not reach this server. */
  callbackUrlFor: (attempt: AttemptName & { provider: string; providerUrl: string }) => string | undefined;
  resultBytesMax: number;
  /** After so many minutes a start whose outcome is unknown is given up. */
  unknownMinutesMax: number;
  /** For so many minutes the files that a provider says it made are asked for again. */
  resultMinutesMax: number;
  /** After so many minutes a task is given up whose provider answers nothing that can be read. */
  unreadableMinutesMax: number;
  /** Counts fields of a provider's answers that could not be read. */
  onUnread: (unread: { provider: string; fields: readonly string[] }) => void;
  failpoint?: Failpoint;
}

/** The writes that each task needs; those that happen together share a statement. */
export interface RemoteWrites {
  markIntent: Batched<AttemptName, Date | undefined>;
  recordAccepted: Batched<AcceptedAttempt, boolean>;
  takeTask: Batched<Taking, TaskRow | undefined>;
}

export function createRemoteWrites(pool: Pool): RemoteWrites {
  return {
    markIntent: batched((attempts, isRepeat) => markIntents(pool, attempts, isRepeat)),
    recordAccepted: batched((accepted) => recordAccepted(pool, accepted)),
    takeTask: batched((takings, isRepeat) => takeTasks(pool, takings, isRepeat)),
  };
}

/** Builds what a provider is asked for an attempt. */
export async function buildRequest(
  options: RemoteOptions,
  task: Pick<TaskRow, 'id' | 'model' | 'book' | 'input'>,
  attempt: { epoch: number; offer: string; intentAtMs: number; providerUrl: string },
): Promise<StartRequest> {
  const offer = options.market.findOffer(task.model, attempt.offer);
  const input = options.fillInput(task.model, parseOwnJson<JsonObject>(task.input));
  const { epoch } = attempt;
  return {
    taskId: task.id,
    epoch,
    token: tokenOf({ id: task.id, epoch }),
    model: task.model,
    makes: options.modalityOf(task.model),
    input,
    params: offer?.params ?? {},
    addressFields: options.addressFieldsOf(task.model),
    template: await options.findTemplate(task.model, input),
    testMode: task.book === 'test',
    callbackUrl: options.callbackUrlFor({
      taskId: task.id,
      epoch,
      provider: offer?.provider ?? '',
      providerUrl: attempt.providerUrl,
    }),
    intentAtMs: attempt.intentAtMs,
  };
}

/** The name of the attempt that is looked at. */
export function attemptOf({ task_id: taskId, epoch }: Pick<Look, 'task_id' | 'epoch'>): AttemptName {
  return { taskId, epoch };
}

/** What a task is charged whose files have come: what was used, and of pictures the part that came. */
export function chargeOfTask(
  { market, filesAsked }: Pick<RemoteOptions, 'market' | 'filesAsked'>,
  task: Pick<TaskRow, 'model' | 'input' | 'price'>,
  made: { offer: string; used: Success['used']; files: number },
): bigint {
  const charged = chargeOf(market.findOffer(task.model, made.offer)?.charge, made.used, task.price);
  const asked = filesAsked(task.model, parseOwnJson<JsonObject>(task.input));
  return asked === undefined ? charged : chargeForPart(charged, { came: made.files, asked });
}

/** What an attempt that was made costs the operator, and what it would have cost the client. */
export function costsOf(
  market: LiveMarket,
  task: Pick<TaskRow, 'model' | 'price'>,
  look: Look,
  used: Success['used'],
): { used: Success['used']; costNanos: number | undefined; lossMicros: bigint } {
  const offer = market.findOffer(task.model, look.offer);
  return {
    used,
    costNanos: costOf(offer, used),
    lossMicros: chargeOf(offer?.charge, used, task.price),
  };
}
