// An example as operators read it: at the route, and from commands with --json.
import { toUnixSeconds } from '../../lib/time.ts';
import type { Example } from '../../tasks/examples.ts';
import type { Presented } from '../plain-schemas.ts';
import type { example } from './examples.schemas.ts';

export function presentExample(row: Example): Presented<typeof example> {
  return {
    id: row.id,
    task_id: row.task_id,
    model: row.model,
    book: row.book,
    prompt: row.prompt,
    kind: row.kind,
    chosen_at: toUnixSeconds(row.chosen_at),
  };
}
