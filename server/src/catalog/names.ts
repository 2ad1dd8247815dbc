// The names under which clients can ask for models: those of the models and their aliases, and what a name that is nearly
// right was meant to be.
import { isObject, type Json } from '../lib/json.ts';
import type { Alias, Model } from './models.ts';
import { compileSpeller, type Speller } from './spelling.ts';
import { compileInputCheck, type InputCheck } from './validate.ts';

/** A model under one of its names. */
export interface NamedModel {
  model: Model;
  /** Undefined for the name of the model itself. */
  alias: Alias | undefined;
  spell: Speller;
  checkInput: InputCheck;
}

/** Compiled when the model is first asked for: most are not, and a start need not wait for them. */
function lazily<Argument, Result>(
  compile: () => (argument: Argument) => Result,
): (argument: Argument) => Result {
  let compiled: ((argument: Argument) => Result) | undefined;
  return (argument) => {
    compiled ??= compile();
    return compiled(argument);
  };
}

function has(input: Json | undefined, field: string): boolean {
  if (!isObject(input)) return false;
  const value = input[field];
  return value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
}

function isMeant({ alias }: NamedModel, input: Json | undefined): boolean {
  if (alias?.with !== undefined) return has(input, alias.with);
  return alias?.without === undefined || !has(input, alias.without);
}

export class ModelNames {
  readonly #models: ReadonlyMap<string, Model>;
  readonly #named = new Map<string, NamedModel[]>();
  /** The names with what is compared of them, made when a name is first not known. */
  #folded: [name: string, folded: string][] | undefined;

  constructor(models: readonly Model[]) {
    this.#models = new Map(models.map((model) => [model.model, model]));
    for (const model of this.#models.values()) {
      const checkInput = lazily(() => compileInputCheck(model));
      for (const alias of [undefined, ...(model.aliases ?? [])]) {
        const name = alias?.name ?? model.model;
        const named = { model, alias, checkInput, spell: lazily(() => compileSpeller(model, alias)) };
        this.#named.set(name, [...(this.#named.get(name) ?? []), named]);
      }
    }
  }

  get models(): readonly Model[] {
    return [...this.#models.values()];
  }

  /** The model of exactly that name. */
  get(name: string): Model | undefined {
    return this.#models.get(name);
  }

  /** The models that a name can mean, each with its alias of that name. */
  sharersOf(name: string): readonly Pick<NamedModel, 'model' | 'alias'>[] {
    return this.#named.get(name) ?? [];
  }

  /** The model that a name means with this input. */
  choose(name: string, input: Json | undefined): NamedModel | undefined {
    const sharers = this.#named.get(name);
    return sharers?.find((named) => isMeant(named, input)) ?? sharers?.[0];
  }

  /** The name that an unknown one was meant to be, if one is near enough. */
  findNear(name: string): string | undefined {
    this.#folded ??= [...this.#named.keys()].map((known) => [known, foldModelName(known)]);
    return findNearest(name, this.#folded);
  }
}

const NEAR_CHARACTERS_MIN = 4;
/** Longer names are not compared: no model has one, and comparing costs by the length. */
const NEAR_CHARACTERS_MAX = 80;

/** Kinds as other APIs spell them in names. */
const KINDS: readonly [RegExp, string][] = [
  [/text-?to-?video/g, 't2v'],
  [/image-?to-?video/g, 'i2v'],
  [/reference-?to-?video/g, 'r2v'],
  [/text-?to-?image/g, 't2i'],
];

/** What is compared of a name: signs, capitals and long words for kinds say nothing. */
function foldModelName(name: string): string {
  const lower = name.toLowerCase().replaceAll(/[_.\s]/g, '-');
  return KINDS.reduce((text, [long, short]) => text.replaceAll(long, short), lower).replaceAll(
    /[^a-z0-9]/g,
    '',
  );
}

function findNearest(name: string, known: readonly [name: string, folded: string][]): string | undefined {
  if (name.length > NEAR_CHARACTERS_MAX) return undefined;
  const folded = foldModelName(name);
  if (folded.length < NEAR_CHARACTERS_MIN) return undefined;
  const same = known.find(([, one]) => one === folded);
  if (same) return same[0];
  const withoutVendor = known.find(([one]) => foldModelName(one.slice(one.indexOf('/') + 1)) === folded);
  if (withoutVendor) return withoutVendor[0];
  const near = known
    .map(([one, text]) => ({ one, edits: countEdits(folded, text, EDITS_MAX) }))
    .filter(({ edits }) => edits <= EDITS_MAX)
    .toSorted((first, second) => first.edits - second.edits);
  return near[0]?.one;
}

const EDITS_MAX = 2;

/** How many letters have to be put in, taken out or changed; more than `max` where it is more than that. */
function countEdits(one: string, other: string, max: number): number {
  if (Math.abs(one.length - other.length) > max) return max + 1;
  let row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let line = 1; line <= one.length; line++) {
    const next = [line];
    for (let at = 1; at <= other.length; at++) {
      const isSame = one[line - 1] === other[at - 1];
      next.push(Math.min(row[at] + 1, next[at - 1] + 1, row[at - 1] + (isSame ? 0 : 1)));
    }
    if (Math.min(...next) > max) return max + 1;
    row = next;
  }
  return row[other.length];
}
