// JSON lines on standard output. Secrets, prompts, signed links and bodies are never passed to a log call; the
// redaction below is the second wall for headers that a library might hand over.
import { type Logger, pino } from 'pino';

export type Log = Logger;
export type LogLevel = 'silent' | 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';

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

/** A logger for the process. `bindings` name the process in every line. */
export function createLog(level: LogLevel, bindings: Record<string, string> = {}): Log {
  return pino({
    level,
    base: bindings,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: REDACTED_PATHS, censor: '[secret]' },
  });
}
