// How an error becomes the reason of a failed render, on whichever thread it was thrown.
import type { RenderFailure } from './job.ts';

/** A failure that has crossed a thread border. */
export class FailedRender extends Error {
  readonly failure: RenderFailure;

  constructor(failure: RenderFailure) {
    super(failure.message);
    this.name = 'FailedRender';
    this.failure = failure;
  }
}

/** Errors about the user's pictures carry their reason; every other error is ours and keeps its stack. */
export function explainFailure(error: unknown): RenderFailure {
  if (error instanceof FailedRender) return error.failure;
  if (!(error instanceof Error)) return { reason: 'internal', message: String(error) };
  const reason = (error as { reason?: unknown }).reason;
  if (reason === 'input' || reason === 'moderation') return { reason, message: error.message };
  return { reason: 'internal', message: error.stack ?? error.message };
}
