// The check that ComfyUI makes of a graph before it queues it (execution.py, validate_prompt): the first node
// of an unknown class ends it; otherwise each output node is followed to its sources, and the valid ones are
// run.
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import { type InputRule, NODES, type NodeClass } from './nodes.ts';

export interface GraphNode {
  class_type: string;
  inputs: JsonObject;
}

export type Graph = Record<string, GraphNode>;

interface GraphError {
  type: string;
  message: string;
  details: string;
  extra_info: JsonObject;
}

export type Verdict =
  | { isGood: true; outputs: string[]; nodeErrors: JsonObject }
  | { isGood: false; error: JsonObject; nodeErrors: JsonObject };

/** What the folders of the server contain. */
export interface Folders {
  models: readonly string[];
  /** Names in the input folder. */
  hasUpload(name: string): boolean;
}

function wholeError(type: string, message: string, details: string): Verdict {
  return { isGood: false, error: { type, message, details, extra_info: {} }, nodeErrors: {} };
}

/** Judges a graph as received. */
export function validateGraph(prompt: JsonObject, folders: Folders): Verdict {
  for (const [id, node] of Object.entries(prompt)) {
    const type = isObject(node) ? node.class_type : undefined;
    if (typeof type === 'string' && Object.hasOwn(NODES, type)) continue;
    const message =
      typeof type === 'string'
        ? `Node '${type}' not found. The custom node may not be installed.`
        : `Node 'ID #${id}' has no class_type. The workflow may be corrupted or a custom node is missing.`;
    return wholeError('missing_node_type', message, `Node ID '#${id}'`);
  }
  const graph = prompt as unknown as Graph;
  const ends = Object.keys(graph).filter((id) => NODES[graph[id].class_type].saves !== undefined);
  if (ends.length === 0) return wholeError('prompt_no_outputs', 'Prompt has no outputs', '');
  return judgeEnds(graph, ends, folders);
}

function judgeEnds(graph: Graph, ends: string[], folders: Folders): Verdict {
  const known = new Map<string, GraphError[]>();
  const nodeErrors: Record<string, { errors: Json; dependent_outputs: string[]; class_type: string }> = {};
  const good: string[] = [];
  const sentences: string[] = [];
  for (const end of ends) {
    const nodes = sourcesOf(graph, end);
    for (const id of nodes) if (!known.has(id)) known.set(id, faultsOfNode(graph, id, folders));
    const bad = nodes.filter((id) => known.get(id)?.length);
    if (bad.length === 0) good.push(end);
    for (const id of bad) {
      const errors = known.get(id) as GraphError[];
      nodeErrors[id] ??= {
        errors: errors as unknown as Json,
        dependent_outputs: [],
        class_type: graph[id].class_type,
      };
      nodeErrors[id].dependent_outputs.push(end);
      sentences.push(...errors.map(({ message, details }) => `${message}: ${details}`));
    }
  }
  const shown = nodeErrors as unknown as JsonObject;
  if (good.length > 0) return { isGood: true, outputs: good, nodeErrors: shown };
  const verdict = wholeError(
    'prompt_outputs_failed_validation',
    'Prompt outputs failed validation',
    sentences.join('\n'),
  );
  return { ...verdict, nodeErrors: shown };
}

function readLink(value: Json): [string, number] | undefined {
  const isLink = Array.isArray(value) && value.length === 2 && typeof value[0] === 'string';
  return isLink ? [value[0] as string, Number(value[1])] : undefined;
}

/** A node and everything that it is made from, each once. */
function sourcesOf(graph: Graph, end: string): string[] {
  const found = new Set<string>();
  const waiting = [end];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (found.has(id) || !Object.hasOwn(graph, id)) continue;
    found.add(id);
    for (const value of Object.values(graph[id].inputs)) {
      const link = readLink(value);
      if (link) waiting.push(link[0]);
    }
  }
  return [...found];
}

function faultsOfNode(graph: Graph, id: string, folders: Folders): GraphError[] {
  const { inputs, class_type: type } = graph[id];
  const node: NodeClass = NODES[type];
  return Object.entries(node.inputs).flatMap(([name, rule]) => {
    const say = (kind: string, message: string, details = name): GraphError[] => [
      { type: kind, message, details, extra_info: { input_name: name } },
    ];
    const value = inputs[name];
    if (value === undefined) {
      return rule.isOptional ? [] : say('required_input_missing', 'Required input is missing');
    }
    if (Array.isArray(value)) return faultOfLink(graph, rule, value, say);
    return faultOfValue(rule, value, { name, folders, say });
  });
}

type Say = (kind: string, message: string, details?: string) => GraphError[];

function faultOfLink(graph: Graph, rule: InputRule, value: Json[], say: Say): GraphError[] {
  const link = readLink(value);
  if (!link)
    return say('bad_linked_input', 'Bad linked input, must be a length-2 list of [node_id, slot_index]');
  const [source, slot] = link;
  const given = Object.hasOwn(graph, source) ? NODES[graph[source].class_type].outputs[slot] : undefined;
  if (given === undefined)
    return say('exception_during_validation', 'Exception when validating node', `'${source}'`);
  if (given === rule.type) return [];
  return say(
    'return_type_mismatch',
    'Return type mismatch between linked nodes',
    `received_type(${given}) mismatch input_type(${rule.type})`,
  );
}

/** What Python makes of a value; undefined when it cannot. */
function convert(type: string, value: Json): Json | undefined {
  if (type === 'STRING') return String(value);
  if (type === 'BOOLEAN') return Boolean(value);
  if (type !== 'INT' && type !== 'FLOAT') return value;
  if (typeof value === 'boolean') return Number(value);
  const pattern = type === 'INT' ? /^\s*[+-]?\d+\s*$/ : /^\s*[+-]?\d+(\.\d*)?\s*$/;
  const number = typeof value === 'string' && pattern.test(value) ? Number(value) : value;
  if (typeof number !== 'number') return undefined;
  return type === 'INT' ? Math.trunc(number) : number;
}

function faultOfValue(
  { type, min, max, values, isUpload }: InputRule,
  given: Json,
  { name, folders, say }: { name: string; folders: Folders; say: Say },
): GraphError[] {
  const value = convert(type, given);
  if (value === undefined) {
    return say(
      'invalid_input_type',
      `Failed to convert an input value to a ${type} value`,
      `${name}, ${given}`,
    );
  }
  if (typeof value === 'number' && min !== undefined && value < min) {
    return say('value_smaller_than_min', `Value ${value} smaller than min of ${min}`);
  }
  if (typeof value === 'number' && max !== undefined && value > max) {
    return say('value_bigger_than_max', `Value ${value} bigger than max of ${max}`);
  }
  if (isUpload && !folders.hasUpload(String(value))) {
    const details = `${name} - Invalid image file: ${value}`;
    return say('custom_validation_failed', 'Custom validation failed for node', details);
  }
  const choices = values === 'files' ? folders.models : values;
  if (!choices || choices.includes(String(value))) return [];
  return say(
    'value_not_in_list',
    'Value not in list',
    `${name}: '${value}' not in ${JSON.stringify(choices)}`,
  );
}
