// The two ways in which a guarded request can end without an answer. Their messages are fit for the person
// who gave the address: they must never carry an internal host name, an address or a stack.

/** The policy said no; nothing was sent. `reason` completes the sentence "The address was refused: …". */
export class FetchRefused extends Error {
  override readonly name = 'FetchRefused';
  readonly reason: string;

  constructor(reason: string) {
    super(`The address was refused: ${reason}.`);
    this.reason = reason;
  }
}

export type FetchFailureKind =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout'
  | 'too_large'
  | 'http'
  | 'encoding'
  | 'redirects'
  | 'cancelled';

export interface FetchFailureDetail {
  kind: FetchFailureKind;
  message: string;
  /** False only when the request provably never left, so that sending it again cannot act twice. */
  maybeSent: boolean;
  cause?: unknown;
}

/** The network or the other side failed. */
export class FetchFailed extends Error {
  override readonly name = 'FetchFailed';
  readonly kind: FetchFailureKind;
  readonly maybeSent: boolean;

  constructor(detail: FetchFailureDetail) {
    super(detail.message, { cause: detail.cause });
    this.kind = detail.kind;
    this.maybeSent = detail.maybeSent;
  }
}

/** A failure before the first byte of the request: a name, a connection or a handshake. */
export function failBeforeSending(kind: 'dns' | 'connect' | 'tls', cause: unknown): FetchFailed {
  const messages = {
    dns: 'The host name could not be resolved.',
    connect: 'No connection could be made to the host.',
    tls: 'No secure connection could be made; the certificate may be expired, self-signed or for another host.',
  };
  return new FetchFailed({ kind, message: messages[kind], maybeSent: false, cause });
}
