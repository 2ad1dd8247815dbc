// How ComfyUI shows a prompt: in its queue, in its history, and its saved files (execution.py, read
// 2026-11-21).
import { isObject, type Json, type JsonObject } from '../../server/src/lib/json.ts';
import type { Job } from '../core/job.ts';
import type { Run, Saved } from './run.ts';
import type { Graph } from './validate.ts';

export const STATES = {
  queued: 'pending',
  running: 'running',
  succeeded: 'success',
  failed: 'error',
  cancelled: 'interrupted',
  expired: 'expired',
} as const;

export interface Prompt {
  promptId: string;
  number: number;
  graph: Graph;
  extraData: JsonObject;
  outputs: string[];
  run: Run;
  restarts: number;
}

export type PromptJob = Job<Prompt>;

const EXCEPTION = {
  node_id: '3',
  node_type: 'KSampler',
  executed: [],
  exception_message: 'Allocation on device 0 would exceed allowed memory.',
  exception_type: 'torch.OutOfMemoryError',
  traceback: ['  File "/opt/comfyui/execution.py", line 500, in execute\n'],
  current_inputs: {},
  current_outputs: [],
};

export const STATS = {
  system: { os: 'posix', comfyui_version: '0.9.2', python_version: '3.12.3', argv: ['main.py'] },
  devices: [{ name: 'cuda:0 an emulator', type: 'cuda', index: 0, vram_total: 25_000_000_000 }],
};

/** An entry of the history. */
export function showEntry(job: PromptJob, { nowMs, runMs }: { nowMs: number; runMs: number }): JsonObject {
  const { run, promptId } = job.data;
  const endMs = job.endedAtMs ?? nowMs;
  const startMs = Math.max(job.createdAtMs, endMs - runMs);
  const event = (name: string, timestamp: number, more: JsonObject = {}): Json => [
    name,
    { prompt_id: promptId, timestamp, ...more },
  ];
  const ends: Record<string, (() => Json) | undefined> = {
    success: () => event('execution_success', endMs),
    error: () => event('execution_error', endMs, { ...EXCEPTION, ...(isObject(job.error) ? job.error : {}) }),
    interrupted: () =>
      event('execution_interrupted', endMs, { node_id: '3', node_type: 'KSampler', executed: [] }),
  };
  const end = ends[job.status];
  const isGood = job.status === STATES.succeeded;
  const word = isGood ? 'success' : end ? 'error' : job.status;
  const messages = [
    event('execution_start', startMs),
    event('execution_cached', startMs, { nodes: [] }),
    ...(end ? [end()] : []),
  ];
  return {
    prompt: showItem(job),
    outputs: isGood ? showOutputs(run.saved) : {},
    status: { status_str: word, completed: isGood, messages },
    meta: {},
  };
}

export function showItem({ data }: PromptJob): Json {
  return [data.number, data.promptId, data.graph as unknown as Json, data.extraData, data.outputs];
}

export function showOutputs(saved: readonly Saved[]): JsonObject {
  return Object.fromEntries(
    saved.map(({ node, filename, subfolder, type }) => [
      node,
      { images: [{ filename, subfolder, type }], animated: [type === 'output'] },
    ]),
  );
}
