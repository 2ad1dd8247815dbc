// A stored workflow and the map into it: what is wrong with them, and the graph of one attempt. Pure. The
// stored graph is never changed, and what no pointer names stays as the operator exported it.
import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../../lib/json.ts';
import { faultsOf } from '../answers.ts';
import type { StartRequest } from '../contract.ts';
import { readAs } from '../kit/wire.ts';
import { type ComfyParams, paramsSchema, type Target } from './wire.ts';

/** A place in the graph, and the params that name it. */
interface Place {
  /** Such as `inputs/seed`. */
  label: string;
  pointer: string;
  /** Names of the model's inputs that fill it; none for what the operator sets. */
  fields: readonly string[];
}

/** The nodes of a graph in API format. */
type Graph = ComfyParams['workflow'];

/** The parts of a JSON pointer (RFC 6901); undefined for any other text. */
function readPointer(pointer: string): string[] | undefined {
  if (!pointer.startsWith('/')) return undefined;
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer to an input of a node. */
export function pointerTo(node: string, input: string): string {
  const spell = (part: string) => part.replaceAll('~', '~0').replaceAll('/', '~1');
  return `/${spell(node)}/inputs/${spell(input)}`;
}

/** The node that a pointer leads into. */
export function nodeOf(pointer: string): string {
  return readPointer(pointer)?.[0] ?? '';
}

function addressesOf(target: Target): string[] {
  const at = typeof target === 'string' ? target : target.at;
  return typeof at === 'string' ? [at] : at;
}

/** Every place that the params fill. */
export function placesOf({ inputs, sizes, images = [], constants = {}, token = [] }: ComfyParams): Place[] {
  const own = (label: string, pointer: string, ...fields: string[]): Place => ({ label, pointer, fields });
  return [
    ...Object.entries(inputs).flatMap(([name, target]) =>
      addressesOf(target).map((pointer) => own(`inputs/${name}`, pointer, name)),
    ),
    ...(sizes
      ? [
          own('sizes/width', sizes.width, 'resolution', 'aspect_ratio'),
          own('sizes/height', sizes.height, 'resolution', 'aspect_ratio'),
        ]
      : []),
    ...images.map((pointer, at) => own(`images/${at}`, pointer)),
    ...Object.keys(constants).map((pointer) => own('constants', pointer)),
    ...token.map((pointer, at) => own(`token/${at}`, pointer)),
  ];
}

function isLink(value: unknown): value is [string, number] {
  return (
    Array.isArray(value) && value.length === 2 && typeof value[0] === 'string' && Number.isInteger(value[1])
  );
}

/** Why a pointer cannot be filled; undefined when it can. */
function faultOfPointer(graph: Graph, pointer: string): string | undefined {
  const [id, member, ...path] = readPointer(pointer) ?? [];
  if (id === undefined) return 'it is not a JSON pointer such as /3/inputs/seed';
  if (!Object.hasOwn(graph, id)) return `the workflow has no node "${id}"`;
  if (member !== 'inputs' || path.length === 0) return 'it does not lead to an input of a node';
  const node = graph[id];
  let value: unknown = node.inputs;
  for (const part of path) {
    if (!isObject(value) || !Object.hasOwn(value, part)) {
      const names = Object.keys(isObject(value) ? value : {}).join(', ');
      return `node ${id} (${node.class_type}) has no "${part}" there, only: ${names}`;
    }
    value = value[part];
  }
  return isLink(value) ? `node ${id} (${node.class_type}) gets it from node ${value[0]}` : undefined;
}

function faultsOfGraph(graph: Graph): string[] {
  return Object.entries(graph).flatMap(([id, { class_type, inputs }]) =>
    Object.entries(inputs).flatMap(([name, value]) =>
      isLink(value) && !Object.hasOwn(graph, value[0])
        ? [`workflow/${id} (${class_type}): "${name}" comes from node ${value[0]}, which does not exist`]
        : [],
    ),
  );
}

/**
 * Everything that is wrong with the params of an offer, a sentence each. Whether the model has the inputs
 * that the map names cannot be checked here.
 */
export function faultsOfParams(params: JsonObject): string[] {
  if (isObject(params.workflow) && Array.isArray(params.workflow.nodes)) {
    return ['workflow: this is the format of the editor; export the workflow in API format'];
  }
  const read = readAs(paramsSchema, params);
  if (!read) return faultsOf(paramsSchema, params);
  const places = placesOf(read);
  const pointers = places.map(({ pointer }) => pointer);
  const faults = places.flatMap(({ label, pointer }, at) => {
    const fault = faultOfPointer(read.workflow, pointer);
    const isSecond = pointers.indexOf(pointer) !== at;
    return [
      ...(fault === undefined ? [] : [`${label}: "${pointer}" leads nowhere: ${fault}`]),
      ...(isSecond ? [`${label}: "${pointer}" is filled more than once`] : []),
    ];
  });
  const { output } = read;
  if (output !== undefined && !Object.hasOwn(read.workflow, output)) {
    faults.push(`output: the workflow has no node "${output}"`);
  }
  return [...faultsOfGraph(read.workflow), ...faults];
}

const SEED_BYTES = 6;

/** A number that looks random and is the same at every look at the attempt. */
function drawNumber(token: string, name: string): number {
  return createHash('sha256').update(`${token} ${name}`).digest().readUIntBE(0, SEED_BYTES);
}

/** The value for a place; undefined when the graph keeps its own, null when it cannot be made. */
function valueFor(target: Target, given: Json | undefined, draw: () => number): Json | undefined {
  if (typeof target === 'string') return given;
  const { random, times, plus } = target;
  if (random !== undefined && (given === undefined || given === random)) return draw();
  if (given === undefined || (times === undefined && plus === undefined)) return given;
  return typeof given === 'number' ? given * (times ?? 1) + (plus ?? 0) : null;
}

function fillPlace(graph: JsonObject, pointer: string, value: Json): void {
  const parts = readPointer(pointer) ?? [];
  const last = parts.pop() as string;
  let place: Json = graph;
  for (const part of parts) place = (place as JsonObject)[part];
  (place as JsonObject)[last] = value;
}

/** Undefined when neither a resolution nor a ratio is given, null when the table has none for them. */
function sizeOf(
  { table }: NonNullable<ComfyParams['sizes']>,
  { resolution, aspect_ratio: ratio }: JsonObject,
) {
  if (resolution === undefined && ratio === undefined) return undefined;
  const row: Readonly<Record<string, string>> | undefined = table[String(resolution)];
  return row?.[String(ratio ?? '16:9')]?.split('x').map(Number) ?? null;
}

/** What in the params does not fit the input. */
interface Misfit {
  misfit: string;
}

/** Fills the inputs of the model in. */
function fillInputs(
  graph: JsonObject,
  { input, token }: StartRequest,
  params: ComfyParams,
): Misfit | undefined {
  for (const [name, target] of Object.entries(params.inputs)) {
    const value = valueFor(target, input[name], () => drawNumber(token, name));
    if (value === null) return { misfit: `inputs/${name}` };
    if (value === undefined) continue;
    for (const pointer of addressesOf(target)) fillPlace(graph, pointer, value);
  }
  return undefined;
}

function fillSize(graph: JsonObject, { input }: StartRequest, { sizes }: ComfyParams): Misfit | undefined {
  const size = sizes && sizeOf(sizes, input);
  if (size === null) return { misfit: 'sizes' };
  if (!sizes || !size) return undefined;
  fillPlace(graph, sizes.width, size[0]);
  fillPlace(graph, sizes.height, size[1]);
  return undefined;
}

/**
 * The graph of an attempt, or what prevents it.
 * @param pictures names of the uploaded files, as many as the params have places for.
 */
export function fillWorkflow(
  request: StartRequest,
  { params, pictures }: { params: ComfyParams; pictures: readonly string[] },
): { graph: JsonObject } | Misfit {
  const graph = structuredClone(params.workflow) as unknown as JsonObject;
  for (const [pointer, value] of Object.entries(params.constants ?? {})) fillPlace(graph, pointer, value);
  for (const pointer of params.token ?? []) fillPlace(graph, pointer, `reelay/${request.token}`);
  for (const [at, pointer] of (params.images ?? []).entries()) fillPlace(graph, pointer, pictures[at]);
  return fillInputs(graph, request, params) ?? fillSize(graph, request, params) ?? { graph };
}
