// The environment of the processes that draw and decode.
import { getCompileCacheDir } from 'node:module';
import { dirname } from 'node:path';

/**
 * They decode untrusted pictures and files: they get no environment variable of the server, and so no secret. They get the
 * folder in which the server keeps compiled code, since a third of a short render was the compiling of what draws.
 */
export function childEnvironment(): Record<string, string> {
  const compiled = getCompileCacheDir();
  // Node appends a folder of its version to the one that it is given.
  return compiled === undefined ? {} : { NODE_COMPILE_CACHE: dirname(compiled) };
}
