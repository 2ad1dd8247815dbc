// Writes the generated types of the SDK; `npm run openapi` comes first when the API has changed.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateTypes } from './generated-types.ts';

for (const [name, text] of Object.entries(generateTypes()))
  writeFileSync(join(import.meta.dirname, 'src', name), text);
