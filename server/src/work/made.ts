// A result that came with the answer to its start. It is kept before the answer is recorded: files whose bytes came along
// are stored at once, and the rest of the answer becomes the reference of the attempt. From then on any worker ends the
// task, without a question to the provider. If this process dies before that, the attempt is unknown.
import { rm } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import { isObject, type JsonObject } from '../lib/json.ts';
import { pause, SECOND_MS } from '../lib/time.ts';
import type { Failure, Output, Reference, Success } from '../providers/contract.ts';
import type { StoredOutput, TaskRow } from '../tasks/task.ts';
import type { Look } from './looks.store.ts';
import type { KeptOutput } from './marks.store.ts';
import type { RemoteOptions } from './remote.ts';
import { keepFile, stemOf } from './results.ts';

/** The pause before a file is stored again for which the disk had no room. */
const ROOM_PAUSE_MS = SECOND_MS;

/** What is stored in place of a provider's name of the job. */
interface MadeReference extends JsonObject {
  made: { success: JsonObject; kept: JsonObject[] };
}

/** What is known of an attempt whose start brought the result. */
export interface Made {
  success: Success;
  kept: KeptOutput[];
}

/** The result in a reference; undefined for the name of a job. */
export function readMade(reference: Reference | null): Made | undefined {
  if (!isObject(reference?.made)) return undefined;
  return (reference as MadeReference).made as unknown as Made;
}

/** A look at such an attempt, with the files that are kept already. */
export function withKept(look: Look, { kept }: Made): Look {
  return { ...look, kept: [...(look.kept ?? []), ...kept] };
}

/**
 * Stores the files that came with an answer, and makes the reference to record. A file that is none of its kind is left
 * out as if it had not come; without any file left the answer is a failure.
 */
export async function keepMade(
  { files, clock }: Pick<RemoteOptions, 'files' | 'clock'>,
  task: TaskRow,
  success: Success,
): Promise<{ reference: Reference } | { failure: Failure }> {
  const outputs: Output[] = [];
  const kept: KeptOutput[] = [];
  let fault = '';
  const deadlineMs = task.deadline_at.getTime();
  for (const output of success.outputs) {
    const named = { ...output, stem: stemOf(output, success.outputs) };
    const stored =
      'path' in named
        ? await keepWhenRoom(
            () => keepFile(files, task, named, named.path),
            () => clock() < deadlineMs,
          )
        : output;
    if (typeof stored === 'string') {
      fault = stored;
      if ('path' in output) await rm(output.path, { force: true });
    } else if ('key' in stored) {
      kept.push({ place: outputs.length, output: stored });
      // It is never fetched, since its place is kept.
      outputs.push({ kind: stored.kind, contentType: stored.contentType, url: '' });
    } else {
      outputs.push(stored);
    }
  }
  if (outputs.length === 0) return { failure: { reason: 'failed', message: fault } };
  return { reference: { made: { success: { ...success, outputs }, kept } } as unknown as MadeReference };
}

/**
 * Waits for room on the disk as long as it may: the bytes are paid for, and nothing would bring them again.
 * @returns why the file cannot be a result, if so.
 */
async function keepWhenRoom(
  keep: () => Promise<StoredOutput>,
  mayWait: () => boolean,
): Promise<StoredOutput | string> {
  for (;;) {
    try {
      return await keep();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.errorName === 'generation_failed') return error.message;
      if (error.errorName !== 'storage_full' || !mayWait()) throw error;
      await pause(ROOM_PAUSE_MS);
    }
  }
}
