// Maps between ComfyUI's words and Reelay's. Pure: no clock, no network.
import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { ApiAnswer, Failure, Output, PollOutcome, Reference, StartRequest } from '../contract.ts';
import { unfitOffer } from '../kit/failures.ts';
import {
  factsOf,
  lost,
  madeWithoutFile,
  type StateWords,
  stateOf,
  succeeded,
  unreadable,
  usedOf,
} from '../kit/states.ts';
import { readWire, unreadOf } from '../kit/wire.ts';
import {
  type ComfyParams,
  entrySchema,
  eventSchema,
  fileSchema,
  type HistoryEntry,
  nodeErrorsSchema,
  queueSchema,
  refusedSchema,
} from './wire.ts';
import { fillWorkflow, nodeOf, placesOf, pointerTo } from './workflow.ts';

/** The name in `extra_data` that carries Reelay's token. */
const TOKEN = 'reelay_token';
const OUTPUTS_MAX = 10;

/** Reelay's token as a UUID (RFC 9562, version 8): newer servers accept prompt ids in no other form. */
export function promptIdOf(token: string): string {
  const hex = createHash('sha256').update(token).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16], 16) % 4];
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
  ];
  return [...parts, hex.slice(20, 32)].join('-');
}

/** The body of a submit, or what in the offer does not fit the input. */
export function toWire(
  request: StartRequest,
  options: { params: ComfyParams; pictures: readonly string[]; namesPrompt: boolean },
): { json: JsonObject } | Failure {
  const filled = fillWorkflow(request, options);
  if ('misfit' in filled) return misfit(`params ${filled.misfit}`);
  const { token } = request;
  const json: JsonObject = { prompt: filled.graph, extra_data: { [TOKEN]: token } };
  if (options.namesPrompt) json.prompt_id = promptIdOf(token);
  return { json };
}

/** What an attempt is followed by. */
export function toReference(id: string, { output, images = [], version }: ComfyParams): Reference {
  return {
    id,
    ...(output === undefined ? {} : { output }),
    ...(images.length === 0 ? {} : { images: images.map(nodeOf) }),
    ...(version === undefined ? {} : { version }),
  };
}

/** A fault of the operator: the workflow does not run on this server. Another offer may serve the task. */
function misfit(code: string): Failure {
  return { ...unfitOffer(code), code };
}

/** Faults that another value fixes. */
const VALUE_FAULTS = new Set([
  'value_smaller_than_min',
  'value_bigger_than_max',
  'invalid_input_type',
  'value_not_in_list',
]);

interface GraphFault {
  node: string;
  type: string;
  input: string;
  words: string;
}

function faultsOfNodes(nodeErrors: Json | undefined): GraphFault[] {
  if (!isObject(nodeErrors)) return [];
  return Object.entries(nodeErrors).flatMap(([node, reported]) => {
    const { errors = [] } = readWire(nodeErrorsSchema, reported) ?? {};
    return errors.map(({ type, message, details, extra_info }) => {
      const input = extra_info?.input_name ?? '';
      const more = details && details !== input ? ` (${details})` : '';
      return { node, type, input, words: `${message ?? type}${more}` };
    });
  });
}

/**
 * The refusal of a graph. It is the user's fault only if every fault is a value that came from the user; a
 * missing model file, an unknown node or a broken link is the operator's, and no other input would fix it.
 */
export function toFailure({ status, json }: ApiAnswer, params: ComfyParams): Failure | undefined {
  const refused = status === 400 ? readWire(refusedSchema, json) : undefined;
  if (!refused) return undefined;
  const fieldsAt = new Map(placesOf(params).map(({ pointer, fields }) => [pointer, fields]));
  const faults = faultsOfNodes(refused.node_errors as Json | undefined).map((fault) => ({
    ...fault,
    fields: VALUE_FAULTS.has(fault.type) ? (fieldsAt.get(pointerTo(fault.node, fault.input)) ?? []) : [],
  }));
  if (faults.length === 0) return misfit(refused.error.type);
  const own = faults.find(({ fields }) => fields.length === 0);
  if (own) return misfit(`${own.type} ${own.node}.${own.input}`);
  const message = faults.map(({ fields, words }) => `${fields.join(', ')}: ${words}`).join('; ');
  return { reason: 'invalid_input', code: faults[0].type, message };
}

/** A look at the queue: where the wanted prompts are. */
export interface Queue {
  running: readonly QueueItem[];
  pending: readonly QueueItem[];
  /** Whether every item could be read: an unreadable one may be any attempt. */
  isWhole: boolean;
}

interface QueueItem {
  id: string;
  token: string | undefined;
}

/** Queue and history keep what was submitted as a list; undefined for anything else. */
function readItem(item: unknown): QueueItem | undefined {
  if (!Array.isArray(item) || typeof item[1] !== 'string') return undefined;
  const token = isObject(item[3]) ? item[3][TOKEN] : undefined;
  return { id: item[1], token: typeof token === 'string' ? token : undefined };
}

export function readQueue({ status, json }: ApiAnswer): Queue | undefined {
  const queue = status === 200 ? readWire(queueSchema, json) : undefined;
  if (!queue) return undefined;
  const items = (list: unknown[]) => list.map(readItem).filter((item) => item !== undefined);
  const [running, pending] = [items(queue.queue_running), items(queue.queue_pending)];
  const count = queue.queue_running.length + queue.queue_pending.length;
  return { running, pending, isWhole: running.length + pending.length === count };
}

/** What was submitted under an entry of the history. */
export function itemOfEntry(entry: Json | undefined): QueueItem | undefined {
  return readItem(readWire(entrySchema, entry)?.prompt);
}

export function fromQueue({ running, pending }: Queue, id: string): PollOutcome | undefined {
  if (running.some((item) => item.id === id)) return { type: 'running' };
  return pending.some((item) => item.id === id) ? { type: 'queued' } : undefined;
}

/** Neither waiting nor running nor ended: the server was restarted, or somebody cleared its lists. */
export const LOST: PollOutcome = lost('The provider no longer knows this attempt');

/** The data of an event of a run. */
function eventOf({ status }: HistoryEntry, name: string) {
  const found = (status?.messages ?? []).find((message) => Array.isArray(message) && message[0] === name);
  return found ? (readWire(eventSchema, (found as Json[])[1]) ?? {}) : undefined;
}

const STATES: StateWords = { success: 'succeeded', error: 'failed' };

/** What an entry of the history means. @param viewUrl makes the address of a file. */
export function fromWire(
  json: Json | undefined,
  reference: { output?: string; images?: string[]; version?: string },
  viewUrl: (query: Record<string, string>) => string,
): PollOutcome {
  const entry = readWire(entrySchema, json);
  if (!entry || (!entry.status && !entry.outputs)) return unreadable('its form is not in the documentation');
  if (eventOf(entry, 'execution_interrupted')) {
    return { type: 'failed', failure: { reason: 'cancelled', message: 'Cancelled at the provider' } };
  }
  const word = entry.status?.status_str ?? 'success';
  const state = stateOf(word, STATES);
  if (state === undefined) return unreadable('its state is not in the documentation', word);
  if (state !== 'succeeded') return { type: 'failed', failure: toRunFailure(entry, reference.images ?? []) };
  const { videos: outputs, unfit } = outputsOf(entry, { node: reference.output, viewUrl });
  if (outputs.length === 0) return hasOddFile(entry) ? madeWithoutFile() : withoutVideo(unfit);
  const seconds = secondsOf(entry);
  return succeeded({
    outputs,
    usage: factsOf({ execution_seconds: seconds }),
    modelVersion: reference.version ?? 'comfyui',
    ...usedOf('seconds', seconds),
    ...unreadOf(entry),
  });
}

/** How long the machine worked on it, by the times that ComfyUI writes down. */
function secondsOf(entry: HistoryEntry): number | undefined {
  const [from, to] = ['execution_start', 'execution_success'].map((name) => eventOf(entry, name)?.timestamp);
  return from !== undefined && to !== undefined && to >= from ? (to - from) / 1000 : undefined;
}

/**
 * Words of an exception name files of the machine: at most, a client reads that its picture was the reason.
 */
function toRunFailure(entry: HistoryEntry, imageNodes: readonly string[]): Failure {
  const event = eventOf(entry, 'execution_error') ?? {};
  const { exception_type: type, exception_message: words, node_type: node, node_id: id } = event;
  const code = [type ?? 'error', node ?? ''].join(' ').trim();
  if (id !== undefined && imageNodes.includes(id)) {
    return { reason: 'invalid_input', code, message: 'img_urls: a picture could not be read' };
  }
  return { reason: 'failed', code, message: 'The generation failed', operatorDetail: words };
}

/** File endings of videos that are kept; the bytes decide what they really are. */
const VIDEO_TYPES: Readonly<Record<string, string>> = {
  mp4: 'video/mp4',
  m4v: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
};

/** File endings of what a workflow may make instead: animated pictures, and videos that no browser plays. */
const UNFIT = ['mkv', 'avi', 'gif', 'webp', 'apng'];

/** Whether there is a file whose name cannot be read: it may be the video. */
function hasOddFile({ outputs }: HistoryEntry): boolean {
  return listsIn(outputs).some(
    (item) => isObject(item) && Object.hasOwn(item, 'filename') && !readWire(fileSchema, item),
  );
}

/** What the nodes say they have saved: lists of files under various names, and other things. */
function listsIn(outputs: HistoryEntry['outputs'], node?: string): unknown[] {
  const nodes = Object.entries(outputs ?? {}).filter(([id]) => node === undefined || id === node);
  const lists = nodes.flatMap(([, own]) => (isObject(own) ? Object.values(own) : [])).filter(Array.isArray);
  return lists.flat();
}

/** The videos among the files that the nodes saved. Previews lie in another folder and are left out. */
function outputsOf(
  { outputs }: HistoryEntry,
  { node, viewUrl }: { node?: string; viewUrl: (query: Record<string, string>) => string },
): { videos: Output[]; unfit: string | undefined } {
  // Nodes list what they saved as images, videos or gifs, whatever it is.
  const saved = listsIn(outputs, node).flatMap((item) => {
    const { filename, subfolder, type } = readWire(fileSchema, item as Json) ?? {};
    if (!filename || (type ?? 'output') !== 'output') return [];
    const ending = filename.split('.').at(-1)?.toLowerCase() ?? '';
    return [{ ending, file: { filename, subfolder: subfolder ?? '', type: 'output' } }];
  });
  const videos = saved.flatMap(({ ending, file }): Output[] => {
    const contentType = Object.hasOwn(VIDEO_TYPES, ending) ? VIDEO_TYPES[ending] : undefined;
    return contentType === undefined ? [] : [{ kind: 'video', contentType, url: viewUrl(file) }];
  });
  const unfit = saved.find(({ ending }) => UNFIT.includes(ending))?.ending;
  return { videos: videos.slice(0, OUTPUTS_MAX), unfit };
}

/** The end of a run that saved no video that can be kept. */
function withoutVideo(unfit: string | undefined): PollOutcome {
  const message =
    unfit === undefined
      ? 'The workflow ended without a video'
      : `The workflow made a .${unfit} file, which is not kept; .mp4, .mov and .webm files are`;
  return { type: 'failed', failure: { reason: 'failed', code: 'no_video', message } };
}
