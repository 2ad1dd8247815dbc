// Fetches the files of a result and keeps them. What is missing is returned and never thrown, since a provider's storage
// may lag behind its answers. What is kept already is not fetched again.
import { open, rm, stat } from 'node:fs/promises';
import { AppError } from '../errors.ts';
import type { Files } from '../files/files.ts';
import { FILE_HEAD_BYTES, type FileType, findFileType, findFileTypeByHead } from '../lib/file-types.ts';
import { MINUTE_MS } from '../lib/time.ts';
import type { CallContext, Failure, Output, Provider, Success } from '../providers/contract.ts';
import { CallFailed, download, failureOfCall } from '../providers/http.ts';
import type { StoredOutput, TaskRow } from '../tasks/task.ts';
import type { Look } from './looks.store.ts';
import { type KeptOutput, markMade } from './marks.store.ts';
import { describeForLog, wordsForOperator } from './outcome.ts';
import { type FetchStep, fetchSecondsMax, judgeMissing, type Missing } from './patience.ts';
import { attemptOf, type RemoteOptions } from './remote.ts';

const DOWNLOAD_MS = 10 * MINUTE_MS;
/** A picture of a single pixel has about so many; fewer bytes are the beginning of one. */
const PICTURE_BYTES_MIN = 60;

/** The provider, and the account there, at which an outcome was seen. */
export interface Seen {
  provider: Provider;
  context: CallContext;
}

/** The same, with a signal that ends the waiting for it. */
export interface SeenEnding extends Seen {
  signal?: AbortSignal;
}

/** An output that could not be fetched, and why. */
export interface MissingOutput extends Missing {
  kind: Output['kind'];
  failure: Failure;
}

export interface Fetched {
  kept: KeptOutput[];
  missing: MissingOutput[];
}

type Owner = Pick<TaskRow, 'id' | 'account_id'>;

/** An output with what its file is called. */
export type NamedOutput = Output & { stem: string };

/** What the file of an output is called: a picture beside a video is its last frame, one beside a sound its cover. */
export function stemOf({ kind }: Pick<Output, 'kind'>, all: readonly Output[]): string {
  if (kind !== 'image') return kind;
  if (all.some((other) => other.kind === 'video')) return 'last-frame';
  return all.some((other) => other.kind === 'audio') ? 'cover' : 'image';
}

/** What a task is for: all else is beside it, and not worth waiting for. */
function mainKindOf(outputs: readonly Pick<Output, 'kind'>[]): Output['kind'] {
  const kinds = outputs.map(({ kind }) => kind);
  return kinds.includes('video') ? 'video' : kinds.includes('audio') ? 'audio' : 'image';
}

/** Of several pictures or songs, one that can never be fetched does not keep the others from their client. */
function withoutHopeless({ kept, missing }: Fetched): Fetched {
  return { kept, missing: missing.map((one) => ({ ...one, isNeeded: one.isNeeded && !one.isFinal })) };
}

/** Fetches the outputs that are not kept yet, one after the other. Faults of the server itself throw. */
export async function fetchOutputs(
  options: Pick<RemoteOptions, 'files' | 'sockets' | 'resultBytesMax'>,
  task: Owner,
  { outputs, kept }: { outputs: readonly Output[]; kept: readonly KeptOutput[] },
  seen: SeenEnding,
): Promise<Fetched> {
  const fetched: Fetched = { kept: [], missing: [] };
  const main = mainKindOf(outputs);
  for (const [place, output] of outputs.entries()) {
    const before = kept.find((known) => known.place === place && known.output.kind === output.kind);
    const stored =
      before?.output ?? (await keepOutput(options, task, { ...output, stem: stemOf(output, outputs) }, seen));
    if ('key' in stored) fetched.kept.push({ place, output: stored });
    else
      fetched.missing.push({
        ...stored,
        kind: output.kind,
        isNeeded: output.kind === main,
      });
  }
  const hasMain = fetched.kept.some(({ output }) => output.kind === main);
  return main === 'video' || !hasMain ? fetched : withoutHopeless(fetched);
}

/**
 * Keeps a file that lies on this disk as an output of the task, wherever it was made.
 * @throws AppError `storage_full`, or `generation_failed` for a file that is empty or none of its kind.
 */
export async function keepFile(
  files: Files,
  task: Owner,
  output: NamedOutput,
  path: string,
): Promise<StoredOutput> {
  const { kind, stem } = output;
  const { contentType, extensions } = await typeOfFile(output, path);
  if (kind === 'image' && (await stat(path)).size < PICTURE_BYTES_MIN) {
    throw new AppError('generation_failed', { message: 'The result is too small to be a picture' });
  }
  const name = `${stem}${extensions[0]}`;
  const { account_id: accountId, id: taskId } = task;
  const { key, sizeBytes, sha256 } = await files.keepResult({ accountId, taskId, name, path, contentType });
  return { kind, contentType, key, sizeBytes, sha256 };
}

async function keepOutput(
  { files, sockets, resultBytesMax }: Pick<RemoteOptions, 'files' | 'sockets' | 'resultBytesMax'>,
  task: Owner,
  output: NamedOutput,
  { provider, context, signal }: SeenEnding,
): Promise<StoredOutput | { failure: Failure; isFinal: boolean }> {
  // The room is checked first: without it the task rests, and its files are asked for again.
  await files.checkRoom();
  const path = 'path' in output ? output.path : files.newStagingPath();
  try {
    if ('url' in output) {
      await download(sockets, {
        url: output.url,
        headers: provider.downloadHeaders?.(context) ?? {},
        credential: context.credential,
        hosts: provider.facts.resultHosts,
        saveTo: path,
        maxBytes: resultBytesMax,
        timeoutMs: DOWNLOAD_MS,
        signal,
      });
    }
    return await keepFile(files, task, output, path);
  } catch (error) {
    await rm(path, { force: true });
    if (error instanceof CallFailed) {
      return { failure: failureOfCall(error), isFinal: error.reason === 'unreadable' };
    }
    if (error instanceof AppError && error.errorName === 'generation_failed') {
      // It is empty, or a page instead: a storage may answer so before it has the file.
      return { failure: { reason: 'unavailable', message: error.message }, isFinal: false };
    }
    throw error;
  }
}

const USUAL_TYPES = { video: 'video/mp4', image: 'image/png', audio: 'audio/mpeg' } as const;

/**
 * The type that a file should have. Providers label bytes in many ways; a label without a meaning counts as the usual
 * type.
 */
function typeOf({ kind, contentType }: Output): FileType {
  const named = findFileType(contentType);
  const type = named?.contentType.startsWith(`${kind}/`) ? named : findFileType(USUAL_TYPES[kind]);
  if (!type) throw new Error(`no file type is known for ${kind}`);
  return type;
}

/** The type of a file that has been fetched: by its first bytes, as long as they are of the kind that was named. */
async function typeOfFile(output: Output, path: string): Promise<FileType> {
  const named = typeOf(output);
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(FILE_HEAD_BYTES), 0, FILE_HEAD_BYTES, 0);
    const shown = findFileTypeByHead(buffer.subarray(0, bytesRead));
    return shown?.contentType.startsWith(`${output.kind}/`) ? shown : named;
  } finally {
    await file.close();
  }
}

/** A result whose files were asked for, and what is to be done about those that are missing. */
export interface FetchedResult extends Fetched {
  /** `broken_off`: this process is stopping, which says nothing of the files. */
  step: FetchStep | 'broken_off';
}

/** Fetches the files of a success, and says what comes next. */
export async function fetchResult(
  options: RemoteOptions,
  { task, look, success }: { task: TaskRow; look: Look; success: Success },
  seen: SeenEnding,
): Promise<FetchedResult> {
  const { outputs } = success;
  const fetched = await fetchOutputs(options, task, { outputs, kept: look.kept ?? [] }, seen);
  for (const { kind, failure } of fetched.missing) {
    const { provider, credential_id: credentialId } = look;
    const line = { ...attemptOf(look), provider, credentialId, kind, ...describeForLog(failure) };
    options.log.warn(line, 'result.not_fetched');
  }
  return { ...fetched, step: stepFor(options, look, { ...seen, ...fetched }) };
}

function stepFor(
  { resultMinutesMax }: RemoteOptions,
  look: Look,
  { missing, kept, provider, signal }: SeenEnding & Fetched,
): FetchedResult['step'] {
  if (missing.length > 0 && signal?.aborted) return 'broken_off';
  const { resultHours } = provider.facts;
  const secondsMax = fetchSecondsMax({ resultMinutesMax, resultHours }, look.task_ended);
  const isSeveral = missing.every(({ kind }) => kind !== 'video');
  const hasOthers = isSeveral && missing.every(({ kind }) => kept.some(({ output }) => output.kind === kind));
  return judgeMissing(missing, { madeSeconds: look.made_seconds ?? 0, secondsMax, hasOthers });
}

/** Keeps what is known of a result whose files are not all there. */
export async function rememberResult(
  { pool, changes }: RemoteOptions,
  look: Look,
  { used, fetched }: { used: Success['used']; fetched: Fetched },
): Promise<void> {
  const detail = wordsForOperator(failureOf(fetched));
  await markMade(pool, { ...attemptOf(look), detail, used, kept: fetched.kept });
  changes.announce([look.task_id]);
}

/** The failure that a result with missing files has: that of a needed file, if there is one. */
export function failureOf({ missing }: { missing: readonly MissingOutput[] }): Failure {
  const first = missing.find(({ isNeeded }) => isNeeded) ?? missing[0];
  return first?.failure ?? { reason: 'unavailable', message: 'The result could not be fetched' };
}
