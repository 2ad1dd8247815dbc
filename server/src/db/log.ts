type Write = (fields: object, message: string) => void;

/** The part of a pino logger that this folder uses; a pino logger can be passed as it is. */
export interface DatabaseLog {
  info: Write;
  warn: Write;
  error: Write;
}

function ignore(): void {
  // A command prints its own result; log lines of the database folder would only disturb it.
}

/** Logs nothing: for commands, and for tests that check results instead. */
export const silentLog: DatabaseLog = { info: ignore, warn: ignore, error: ignore };
