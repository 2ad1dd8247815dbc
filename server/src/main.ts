// The entry: loads the commands, from the bundle where it is fresh, and runs one.
import { enableCompileCache } from 'node:module';
import { findBundledCommands } from './bundled.ts';

// Before the rest is loaded: what the last start compiled is read from the cache of the system's temporary folder.
enableCompileCache();
const bundled = findBundledCommands();
const { run } = (
  bundled === undefined ? await import('./commands/run.ts') : await import(bundled)
) as typeof import('./commands/run.ts');
await run(process.argv.slice(2));
