#!/usr/bin/env -S node --min-semi-space-size=64 --max-semi-space-size=64 --no-allocation-site-pretenuring
// The command `reelay`. The server is TypeScript that Node runs as it is, which an older Node cannot; npm and npx put
// the right one first in the path, and a direct call of this file without it is refused.
const [major] = process.versions.node.split('.');
if (Number(major) < 24) {
  console.error(
    `reelay needs Node 24 and this is ${process.version}: use "npx reelay" or "npm run reelay --".`,
  );
  process.exit(1);
}
await import('../src/main.ts');
