// Prices. Quotes, estimates and holds all call `priceOf`, so they cannot differ.
import { AppError } from '../errors.ts';
import { BoundedMap } from '../lib/bounded-map.ts';
import type { JsonObject } from '../lib/json.ts';
import { MICROS_MAX, type Micros, multiplyCredits, parseCredits, toCredits } from '../lib/money.ts';

/** How a model is priced, in credits. Data of the catalogue, or set by an operator for one model. */
export type PriceRule =
  | { kind: 'flat'; version: string; credits: number }
  /**
   * Credits for each second of `duration`. `by` names the fields whose values, joined by a blank, are the keys, as below;
   * without them the resolution is the key, or `second` where a model has none. `seconds` is the longest that a result
   * can be whose length follows a clip of the input: it counts where an input says no `duration`, or 0.
   */
  | {
      kind: 'per_second';
      version: string;
      by?: string[];
      seconds?: number;
      credits: { [values: string]: number };
    }
  /**
   * Credits for each picture that came. `by` names the fields whose values, joined by a blank, are the keys (`2K`,
   * `1K high`); without them the one key is `picture`. `count` names the field with the number that is asked for.
   */
  | {
      kind: 'per_picture';
      version: string;
      by?: string[];
      count?: string;
      credits: { [values: string]: number };
    }
  /**
   * Credits for each song that came, with keys as above and `song` as the only one. `count` names the field with the
   * number that is asked for; where an input has none, a task makes `songs`, or one.
   */
  | {
      kind: 'per_song';
      version: string;
      by?: string[];
      count?: string;
      songs?: number;
      credits: { [values: string]: number };
    }
  /**
   * Credits for a thousand characters of the field `of`, by the character; keys as above, with `characters` as the only
   * one. A character is a code point, but a Chinese one counts `han` times where the vendor counts it so.
   */
  | {
      kind: 'per_thousand_characters';
      version: string;
      of: string;
      han?: number;
      by?: string[];
      credits: { [values: string]: number };
    }
  /** What the template of the catalogue says for its resolution; `credits` where the catalogue has no price. */
  | { kind: 'template'; version: string; credits?: number };

/** Credits for each unit that a provider says it used. */
export interface ChargeRule {
  unit: string;
  credits: number;
}

export interface Price {
  micros: Micros;
  /** Kept with the hold, so that a later price never changes an earlier task. */
  version: string;
}

/** Price of a template at a resolution, as its catalogue entry says. */
export type TemplatePrice = (templateId: string, resolution: string) => number | undefined;

/** One price for every task of a model, as an operator sets it at a moment in milliseconds. */
export function flatPrice(micros: Micros, nowMs: number): PriceRule {
  return { kind: 'flat', version: `set ${new Date(nowMs).toISOString()}`, credits: toCredits(micros) };
}

/** A rule whose amounts are a table, such as one by the second or by the picture. */
export type PriceTable = Extract<PriceRule, { credits: { [values: string]: number } }>;

/** What an amount of a rule is for, and the key of one that depends on nothing. */
export const PRICE_UNITS = {
  per_second: { unit: 'second', only: 'second' },
  per_picture: { unit: 'picture', only: 'picture' },
  per_song: { unit: 'song', only: 'song' },
  per_thousand_characters: { unit: 'thousand characters', only: 'characters' },
} as const satisfies Record<PriceTable['kind'], { unit: string; only: string }>;

/** The same rule with other amounts, as an operator sets them at a moment in milliseconds. */
export function withAmounts(
  rule: PriceTable,
  credits: { [values: string]: number },
  nowMs: number,
): PriceRule {
  return { ...rule, version: `set ${new Date(nowMs).toISOString()}`, credits };
}

function joinValues(by: readonly string[], input: JsonObject): string {
  return by.map((name) => String(input[name] ?? '')).join(' ');
}

/** The key of the amount for an input. */
function keyOf({ kind, by }: PriceTable, input: JsonObject): string {
  if (by !== undefined) return joinValues(by, input);
  const { only } = PRICE_UNITS[kind];
  return kind === 'per_second' && input.resolution !== undefined ? String(input.resolution) : only;
}

/** Seconds that are counted: every one that was begun, where a model takes fractions of one. */
function secondsOf({ seconds }: { seconds?: number }, { duration }: JsonObject): number {
  const asked = Number(duration ?? 0);
  return Math.ceil(asked > 0 || seconds === undefined ? asked : seconds);
}

const HAN = /\p{Script=Han}/gu;

/** Characters of a text as its vendor counts them. */
function charactersOf({ of, han = 1 }: { of: string; han?: number }, input: JsonObject): number {
  const text = String(input[of] ?? '');
  const more = han === 1 ? 0 : (text.match(HAN)?.length ?? 0) * (han - 1);
  return [...text].length + more;
}

/** How many files an input asks for; undefined for a model that is not priced by the file. */
export function filesAsked(rule: PriceRule, input: JsonObject): number | undefined {
  if (rule.kind !== 'per_picture' && rule.kind !== 'per_song') return undefined;
  const usual = rule.kind === 'per_song' ? (rule.songs ?? 1) : 1;
  const count = rule.count === undefined ? usual : Number(input[rule.count] ?? usual);
  return Number.isInteger(count) && count >= 1 ? count : 1;
}

/** What is charged when fewer files came than were asked for: their part, started micro-credits rounded up. */
export function chargeForPart(micros: Micros, { came, asked }: { came: number; asked: number }): Micros {
  if (came >= asked) return micros;
  return (micros * BigInt(came) + BigInt(asked) - 1n) / BigInt(asked);
}

/** Rules name few amounts and each create needs one of them. */
const knownMicros = new BoundedMap<number, Micros>(2_000);

function microsOf(credits: number): Micros {
  const known = knownMicros.get(credits);
  if (known !== undefined) return known;
  const micros = parseCredits(credits);
  if (micros === undefined || micros < 0n)
    throw new Error('a price rule holds an amount that is not credits');
  knownMicros.set(credits, micros);
  return micros;
}

/** Fills the defaults of the schema in, as the price and the provider will see them. */
export function withDefaults(input: JsonObject, properties: { [name: string]: JsonObject }): JsonObject {
  const filled: JsonObject = { ...input };
  for (const [name, property] of Object.entries(properties)) {
    if (filled[name] === undefined && property.default !== undefined) filled[name] = property.default;
  }
  return filled;
}

/**
 * What a task with this input costs at most.
 * @param input validated, with its defaults filled in.
 * @throws AppError `validation_failed` when the rule has no price for what was asked.
 */
export function priceOf(rule: PriceRule, input: JsonObject, templatePrice: TemplatePrice): Price {
  const micros = computeMicros(rule, input, templatePrice);
  if (micros > MICROS_MAX)
    throw new AppError('validation_failed', { errors: ['input: the price is out of range'] });
  return { micros, version: rule.version };
}

/** What a task costs with the defaults of its schema; undefined where that depends on more. */
export function priceOfDefaults(
  rule: PriceRule,
  properties: { [name: string]: JsonObject },
): Micros | undefined {
  const input = withDefaults({}, properties);
  if (!isPricedBy(rule, input)) return undefined;
  return priceOf(rule, input, () => undefined).micros;
}

/** Whether the rule has a price for an input that names no template. */
function isPricedBy(rule: PriceRule, input: JsonObject): boolean {
  switch (rule.kind) {
    case 'flat':
      return true;
    case 'per_second':
      return secondsOf(rule, input) > 0 && rule.credits[keyOf(rule, input)] !== undefined;
    case 'per_picture':
    case 'per_song':
      return rule.credits[keyOf(rule, input)] !== undefined;
    case 'per_thousand_characters':
      return charactersOf(rule, input) > 0 && rule.credits[keyOf(rule, input)] !== undefined;
    case 'template':
      return false;
  }
}

function computeMicros(rule: PriceRule, input: JsonObject, templatePrice: TemplatePrice): Micros {
  const resolution = String(input.resolution ?? '');
  switch (rule.kind) {
    case 'flat':
      return microsOf(rule.credits);
    case 'per_second':
      return amountFor(rule, input) * BigInt(secondsOf(rule, input));
    case 'per_picture':
    case 'per_song':
      return amountFor(rule, input) * BigInt(filesAsked(rule, input) ?? 1);
    case 'per_thousand_characters':
      return (amountFor(rule, input) * BigInt(charactersOf(rule, input)) + 999n) / 1000n;
    case 'template': {
      const credits = templatePrice(String(input.template_id ?? input.template), resolution) ?? rule.credits;
      if (credits === undefined)
        throw noPrice(`input.resolution: the template is not offered in "${resolution}"`);
      return microsOf(credits);
    }
  }
}

/** What one unit costs. @throws AppError `validation_failed`. */
function amountFor(rule: PriceTable, input: JsonObject): Micros {
  const key = keyOf(rule, input);
  const credits = rule.credits[key];
  if (credits !== undefined) return microsOf(credits);
  const field = rule.by?.[0] ?? (rule.kind === 'per_second' ? 'resolution' : 'prompt');
  throw noPrice(`input.${field}: there is no price for "${key}"`);
}

function noPrice(sentence: string): AppError {
  return new AppError('validation_failed', { errors: [sentence] });
}

/**
 * What a success is charged: by the reported use, if the offer has a rule for it and the provider reports it; else
 * the hold. Parts of a micro-credit are rounded up, and a value that is no amount counts as not reported.
 */
export function chargeOf(
  rule: ChargeRule | undefined,
  used: { unit: string; amount: number } | undefined,
  heldMicros: Micros,
): Micros {
  if (!rule || used?.unit !== rule.unit) return heldMicros;
  if (!(used.amount >= 0) || !Number.isFinite(used.amount)) return heldMicros;
  const micros = multiplyCredits(microsOf(rule.credits), used.amount);
  return micros < heldMicros ? micros : heldMicros;
}
