// The names of the original mean the same here: its facts of a model are the facts of the model of that name.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crunForm } from '../doors/crun/create-body.ts';
import { type JsonObject, parseOwnJson } from '../lib/json.ts';
import { readShape } from './check.ts';
import { readShippedModels } from './models.ts';
import { ModelNames } from './names.ts';
import { describeUnder } from './shared-names.ts';
import { readOriginalModels } from './testing-original.ts';

const names = new ModelNames(readShippedModels());
const known = readOriginalModels().filter(({ name }) => names.sharersOf(name).length > 0);

describe('the catalogue of the original', () => {
  it('has 148 models, of which at least 142 have their names here', () => {
    expect(readOriginalModels()).toHaveLength(148);
    expect(known.length).toBeGreaterThanOrEqual(142);
  });

  it.each(known.map((original) => [original.name, original] as const))(
    'agrees about %s',
    (name, original) => {
      const { operations, left_out: _, name: _name, ...facts } = original;
      const here = describeUnder(name, names.sharersOf(name));
      expect(here).toMatchObject(facts);
      expect(here.operations).toEqual(expect.arrayContaining(operations));
      const isAlias = names.get(name) === undefined;
      if (!isAlias) expect(here.operations.toSorted()).toEqual(operations.toSorted());
    },
  );
});

interface ForeignRow {
  client: string;
  model: string;
  input: JsonObject;
}

const { rows } = parseOwnJson<{ rows: ForeignRow[] }>(
  readFileSync(new URL('./testing-foreign.json', import.meta.url), 'utf8'),
);

describe('what the clients of others send', () => {
  it.each(rows.map((row) => [`${row.model} from ${row.client}`, row] as const))(
    'is taken: %s',
    (_what, row) => {
      const { model, input } = row;
      const { errors, unknown } = readShape(names, { model, input }, { form: crunForm, strict: false });
      expect(errors).toEqual([]);
      const hints = ['translate_prompt', 'input_compliance', 'output_compliance'].map(
        (name) => `input.${name}`,
      );
      expect(unknown.filter((name) => !hints.includes(name))).toEqual([]);
    },
  );
});
