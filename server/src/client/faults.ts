// How a client's command ends when it does not end well: one line, and an exit code that says which kind it was.

export const EXIT = {
  failed: 1,
  refused: 2,
  noMoney: 3,
  timedOut: 4,
  unreachable: 5,
  /** 128 and the number of SIGINT, as shells have it. */
  detached: 130,
} as const;

/** An end with its exit code; the message is one line for the standard error. */
export class ClientFault extends Error {
  readonly exitCode: number;

  constructor(kind: keyof typeof EXIT, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ClientFault';
    this.exitCode = EXIT[kind];
  }
}

/** What an error of the SDK means for a command; other errors stay as they are. */
export async function translateFault(error: unknown): Promise<unknown> {
  const sdk = await import('../../../sdk/src/sdk.ts');
  if (!(error instanceof sdk.ReelayError)) return error;
  const request = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
  const message = `${error.message}${request}`;
  if (error instanceof sdk.TaskFailedError)
    return new ClientFault('failed', `${error.task.task_id} failed: ${error.code}: ${error.message}`, error);
  if (error instanceof sdk.WaitTimeoutError)
    return new ClientFault('timedOut', `${message}: reelay tasks wait ${error.taskId}`, error);
  if (error instanceof sdk.InsufficientCreditsError) return new ClientFault('noMoney', message, error);
  if (error instanceof sdk.ConnectionError || error instanceof sdk.UnavailableError)
    return new ClientFault('unreachable', message, error);
  if (error instanceof sdk.ApiError && error.code === 'model_not_found')
    return new ClientFault('refused', 'There is no such model: reelay models list has all of them', error);
  return new ClientFault(error instanceof sdk.ApiError ? 'refused' : 'failed', message, error);
}
