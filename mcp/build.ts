// Builds dist/ of the package: the program and the parts of the SDK that it uses, in one file. Its packages stay outside.
import { rm } from 'node:fs/promises';
import { rolldown } from 'rolldown';

await rm('dist', { recursive: true, force: true });
const bundle = await rolldown({
  input: 'src/stdio.ts',
  platform: 'node',
  external: (id) => !id.startsWith('.') && !id.startsWith('/'),
});
await bundle.write({ file: 'dist/stdio.js', format: 'esm', banner: '#!/usr/bin/env node' });
