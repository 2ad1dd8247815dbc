// JSON lines on standard output. Secrets, prompts, signed links and bodies are never passed to a log call; the
// redaction below is a second protection, for headers that a library might pass.
import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino';

export type Log = Logger;
/** From the fewest lines to the most. */
export const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

const REDACTED_PATHS = [
  'headers["x-api-key"]',
  'headers.authorization',
  'headers.cookie',
  'req.headers["x-api-key"]',
  'req.headers.authorization',
  '*.password',
  '*.secret',
  '*.apiKey',
];

/** Where PostgreSQL repeats values of a row or a statement in an error, which may be a prompt or an address. */
const VALUE_FIELDS = ['detail', 'where', 'internalQuery', 'hint'];

/**
 * An error without the values that it carries. A library may hang the whole of its connection on one (`pg` does, on the
 * error of an idle client): of such objects nothing is written.
 */
function describeError(error: Error): unknown {
  const described: unknown = stdSerializers.err(error);
  if (typeof described !== 'object' || described === null) return described;
  const kept = Object.entries(described).filter(
    ([name, value]) =>
      !VALUE_FIELDS.includes(name) && (typeof value !== 'object' || name === 'aggregateErrors'),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [name, Array.isArray(value) ? value.map(describeError) : value]),
  );
}

/** A closed terminal refuses every line; that must not kill a server that is about to stop properly. */
function openStandardOutput(): DestinationStream {
  const output = pino.destination(1);
  output.on('error', () => undefined);
  return output;
}

/** A logger for the process. `bindings` are added to every line to name the process. */
export function createLog(
  level: LogLevel,
  bindings: Record<string, string> = {},
  destination: DestinationStream = openStandardOutput(),
): Log {
  const options = {
    level,
    base: bindings,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
    redact: { paths: REDACTED_PATHS, censor: '[secret]' },
  };
  return pino(options, destination);
}
