// What ComfyUI sends over its socket (server.py, execution.py and comfy_execution/progress.py, read
// 2026-11-30): the length of the queue to everybody, and to each client the progress of the prompts that it
// sent.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import type { JobState } from '../core/job.ts';

/** A prompt as the socket sees it. */
export interface WatchedPrompt {
  id: string;
  /** The client that sent it, if it said so. */
  clientId: Json | undefined;
  state: JobState;
  progress: number;
  nodes: readonly string[];
  /** By the nodes that saved something. */
  outputs: JsonObject;
  error: JsonObject;
}

export interface Watch {
  clientId: string;
  isGone(): boolean;
  pause(): Promise<void>;
  now(): number;
  /** How many prompts wait or run. */
  open(): number;
  prompts(): WatchedPrompt[];
}

const STEPS = 20;

const message = (type: string, data: JsonObject): JsonObject => ({ type, data });

function* showBegin({ id, nodes }: WatchedPrompt, timestamp: number): Generator<JsonObject> {
  yield message('execution_start', { prompt_id: id, timestamp });
  yield message('execution_cached', { nodes: [], prompt_id: id, timestamp });
  for (const node of nodes) yield message('executing', { node, display_node: node, prompt_id: id });
}

function* showEnd(prompt: WatchedPrompt, timestamp: number): Generator<JsonObject> {
  const { id, state, outputs, error, nodes } = prompt;
  const common = { prompt_id: id, timestamp };
  if (state === 'succeeded') {
    for (const [node, output] of Object.entries(outputs)) {
      yield message('executed', { node, display_node: node, output, prompt_id: id });
    }
    yield message('executing', { node: null, prompt_id: id });
    yield message('execution_success', common);
  } else if (state === 'failed') yield message('execution_error', { ...common, ...error });
  else yield message('execution_interrupted', { ...common, node_id: nodes[0] ?? '', executed: [] });
}

/** What has happened to a prompt since the client was last informed. */
function* showChange(prompt: WatchedPrompt, before: JobState, timestamp: number): Generator<JsonObject> {
  const { state, progress, id, nodes } = prompt;
  if (state === before && state !== 'running') return;
  if (before === 'queued' && state !== 'queued' && state !== 'cancelled') yield* showBegin(prompt, timestamp);
  if (state === 'running') {
    const value = Math.floor(progress * STEPS);
    yield message('progress', { value, max: STEPS, prompt_id: id, node: nodes[0] ?? '' });
  }
  if (state !== 'running' && state !== 'queued') yield* showEnd(prompt, timestamp);
}

/** Until the client leaves. Prompts that had ended before are not shown. */
export async function* watchPrompts(watch: Watch): AsyncGenerator<Json> {
  const status = (more: JsonObject = {}) =>
    message('status', { status: { exec_info: { queue_remaining: watch.open() } }, ...more });
  yield status({ sid: watch.clientId });
  const shown = new Map(watch.prompts().map(({ id, state }) => [id, state]));
  let openBefore = watch.open();
  while (!watch.isGone()) {
    if (watch.open() !== openBefore) yield status();
    openBefore = watch.open();
    for (const prompt of watch.prompts().filter(({ clientId }) => clientId === watch.clientId)) {
      yield* showChange(prompt, shown.get(prompt.id) ?? 'queued', watch.now());
      shown.set(prompt.id, prompt.state);
    }
    await watch.pause();
  }
}
