type Write = (fields: object, message: string) => void;

/** The part of a pino logger that this folder uses; a pino logger can be passed as it is. */
export interface DatabaseLog {
  info: Write;
  warn: Write;
  error: Write;
}

function ignore(): void {
  // A command prints its own result; what the database folder has to say would only disturb it.
}

/** Says nothing: for commands and tests that watch results instead. */
export const silentLog: DatabaseLog = { info: ignore, warn: ignore, error: ignore };
