// Words for the fields of the models' inputs, so that a page can draw a form for any model from its schema alone:
// field-words.json says by the name of a field what it is called, in what unit it counts, where it stands and by which
// control it is set. A model may say otherwise in its data.
import { readFileSync } from 'node:fs';
import { type Json, parseOwnJson } from '../lib/json.ts';

/** Controls that a field can be set by. A reader that does not know one goes by the type of the field. */
export const WIDGETS = [
  'prompt',
  'text',
  'template',
  'pictures',
  'clips',
  'sounds',
  'shots',
  'choice',
  'ratio',
  'slider',
  'number',
  'seed',
  'switch',
] as const;

/** What people read of a field. */
export interface FieldWords {
  title?: string;
  /** Where the schema of the model says nothing about it. */
  description?: string;
  unit?: string;
  /** Fields with lower numbers stand first. */
  order?: number;
  widget?: (typeof WIDGETS)[number];
  /** By the values of its enum; a value without words is written as a word. */
  words?: { [value: string]: string };
  /** Names of the items of a list, in their order. */
  slots?: string[];
  /** A value to begin with; of a list, as many items as any model takes at least. */
  example?: Json;
}

interface KnownWords extends FieldWords {
  /** By the last operation of the model, what is otherwise there. */
  kinds?: { [operation: string]: FieldWords };
}

let table: { [field: string]: KnownWords } | undefined;

function readTable(): { [field: string]: KnownWords } {
  if (table) return table;
  const text = readFileSync(new URL('./field-words.json', import.meta.url), 'utf8');
  table = parseOwnJson<{ fields: { [field: string]: KnownWords } }>(text).fields;
  return table;
}

/** The words of a field by its name, for models with these operations. */
export function knownWordsOf(name: string, operations: readonly string[]): FieldWords {
  const { kinds, ...known }: KnownWords = readTable()[name] ?? {};
  return { ...known, ...kinds?.[operations.at(-1) ?? ''] };
}
