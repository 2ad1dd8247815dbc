// What `record` will do at a provider: for each kind of job the cheapest model with its cheapest input, and what that
// costs, as far as the catalogue knows.
import type { Model, Offer } from '../catalog/models.ts';
import { priceOf, withDefaults } from '../catalog/prices.ts';
import { consumeItemsOf } from '../catalog/templates.ts';
import { AppError } from '../errors.ts';
import { isObject, type Json, type JsonObject } from '../lib/json.ts';
import { type Micros, toCredits } from '../lib/money.ts';
import type { Provider } from '../providers/contract.ts';

/** Harmless, and no person in it. */
const PROMPT = 'A small wooden boat on a calm lake at dawn, seen from above';
/** Stand for the operator's picture in what is written. */
const NOBODYS_PICTURE = 'https://pictures.example/';
const TEMPLATE_FIELDS = ['template_id', 'template'];
/** A job that is started to be cancelled. */
export const CANCEL = 'cancel';

export interface PlannedJob {
  /** An operation of the catalogue such as `text-to-video`, or `cancel`. */
  kind: string;
  model: Model;
  offer: Offer;
  /** With its defaults; pictures are the operator's. */
  input: JsonObject;
  template?: JsonObject;
  /** By the price list of the catalogue. */
  credits: number;
  /** In US dollars, where the offer says what its unit costs. */
  usd: number | undefined;
}

export interface Plan {
  jobs: PlannedJob[];
  skipped: { kind: string; why: string }[];
}

export interface PlanOptions {
  /** The public address of a picture without a person. */
  picture?: string;
  /** An item of the provider's template catalogue. */
  template?: JsonObject;
  /** These kinds alone. */
  only?: readonly string[];
}

/** Everything that can be chosen and changes the price. */
function* choicesOf({ input_schema: { properties } }: Model, template?: JsonObject): Generator<JsonObject> {
  const offered = template ? consumeItemsOf(template).map(({ resolution }) => resolution) : [];
  const resolutions = offered.length > 0 ? offered : valuesOf(properties.resolution);
  for (const resolution of resolutions) {
    for (const duration of valuesOf(properties.duration)) {
      yield {
        ...(resolution === undefined ? {} : { resolution }),
        ...(duration === undefined ? {} : { duration }),
      };
    }
  }
}

function valuesOf(schema: JsonObject | undefined): (string | number | undefined)[] {
  if (Array.isArray(schema?.enum)) return schema.enum as (string | number)[];
  return [typeof schema?.minimum === 'number' ? schema.minimum : undefined];
}

/** A list of addresses, and not of films or sounds. */
function arePictures(name: string, { items }: JsonObject): boolean {
  return isObject(items) && items.format === 'http-url' && !/video|audio/.test(name);
}

/** Names that have to be there, but for what is chosen and what has a default. */
function neededNames({ input_schema: { required, properties } }: Model): string[] {
  const isChosen = (name: string) => name === 'resolution' || name === 'duration';
  return required.filter((name) => !isChosen(name) && properties[name].default === undefined);
}

function neededOf(model: Model, options: PlanOptions): JsonObject {
  const { properties } = model.input_schema;
  const entries = neededNames(model).map((name) => [name, neededValue(name, properties[name], options)]);
  const input = Object.fromEntries(entries) as JsonObject;
  // A sound costs more, where it can be left away.
  return properties.audio?.type === 'boolean' ? { ...input, audio: false } : input;
}

/** Undefined for what this does not know how to give. */
function neededValue(
  name: string,
  schema: JsonObject,
  { picture = '', template }: PlanOptions,
): Json | undefined {
  if (arePictures(name, schema)) {
    return Array<string>(Number(template?.InputNum ?? schema.minItems ?? 1)).fill(picture);
  }
  if (TEMPLATE_FIELDS.includes(name)) return String(template?.TemplateId ?? template?.template);
  if (name === 'prompt') return PROMPT;
  return Array.isArray(schema.enum) ? schema.enum[0] : undefined;
}

function usdOf({ cost, charge }: Offer, micros: Micros): number | undefined {
  if (cost?.unit === 'task') return cost.usd;
  if (!cost || charge?.unit !== cost.unit) return undefined;
  return (toCredits(micros) / charge.credits) * cost.usd;
}

/** The cheapest input of a model at its offer; undefined where no choice has a price. */
function cheapestJob(kind: string, model: Model, offer: Offer, options: PlanOptions): PlannedJob | undefined {
  const { properties } = model.input_schema;
  const isTemplate = TEMPLATE_FIELDS.some((name) => name in properties);
  const template = isTemplate ? options.template : undefined;
  const needed = neededOf(model, options);
  const jobs = [...choicesOf(model, template)].flatMap((choice): PlannedJob[] => {
    const input = withDefaults({ ...needed, ...choice }, properties);
    try {
      const prices = template ? consumeItemsOf(template) : [];
      const { micros } = priceOf(
        model.price,
        input,
        (_id, resolution) => prices.find((item) => item.resolution === resolution)?.credits,
      );
      const common = { kind, model, offer, input, credits: toCredits(micros) };
      return [{ ...common, ...(template ? { template } : {}), usd: usdOf(offer, micros) }];
    } catch (error) {
      // Nothing is sold so; another choice may be.
      if (error instanceof AppError) return [];
      throw error;
    }
  });
  return jobs.sort(compareCost)[0];
}

function compareCost(one: PlannedJob, other: PlannedJob): number {
  return (one.usd ?? one.credits) - (other.usd ?? other.credits);
}

function whyNot(model: Model, options: PlanOptions): string | undefined {
  const { properties } = model.input_schema;
  const names = neededNames(model);
  if (names.some((name) => TEMPLATE_FIELDS.includes(name)) && !options.template) {
    return 'give an item of its template catalogue with --template';
  }
  if (names.some((name) => arePictures(name, properties[name])) && options.picture === undefined) {
    return 'give the public address of a picture without a person with --picture';
  }
  const strange = names.find((name) => neededValue(name, properties[name], options) === undefined);
  return strange === undefined ? undefined : `${model.model} wants a ${strange}, and there is none to give`;
}

/** The cheapest job of each kind that models of the provider are made by, and one to be cancelled. */
export function planJobs(provider: Provider, models: readonly Model[], options: PlanOptions): Plan {
  const plan: Plan = { jobs: [], skipped: [] };
  const own = models.flatMap((model) => {
    const offer = model.offers.find((known) => known.provider === provider.id);
    return offer ? [{ model, offer }] : [];
  });
  const kinds = [...new Set(own.flatMap(({ model }) => model.operations))];
  for (const kind of kinds) {
    if (options.only && !options.only.includes(kind)) continue;
    const makers = own.filter(({ model }) => model.operations.includes(kind));
    const jobs = makers.flatMap(({ model, offer }) =>
      whyNot(model, options) === undefined ? (cheapestJob(kind, model, offer, options) ?? []) : [],
    );
    const [job] = jobs.sort(compareCost);
    if (job) plan.jobs.push(job);
    else plan.skipped.push({ kind, why: whyNot(makers[0].model, options) ?? 'the catalogue has no price' });
  }
  return withCancel(provider, plan, options);
}

function withCancel(provider: Provider, plan: Plan, { only }: PlanOptions): Plan {
  const [cheapest] = [...plan.jobs].sort(compareCost);
  if (!cheapest || !provider.cancel || (only && !only.includes(CANCEL))) return plan;
  return { ...plan, jobs: [...plan.jobs, { ...cheapest, kind: CANCEL }] };
}

/** The kinds that can be asked for. */
export function kindsOf(provider: Provider, models: readonly Model[]): string[] {
  const own = models.filter(({ offers }) => offers.some((offer) => offer.provider === provider.id));
  const kinds = [...new Set(own.flatMap(({ operations }) => operations))];
  return provider.cancel ? [...kinds, CANCEL] : kinds;
}

/** The input as it is written: with pictures that show no person. */
export function publicInput(input: JsonObject): JsonObject {
  const entries = Object.entries(input).map(([name, value]) => {
    const isPictures = Array.isArray(value) && value.every((item) => /^https?:/.test(String(item)));
    return [name, isPictures ? value.map((_, at) => `${NOBODYS_PICTURE}${at}.png`) : value];
  });
  return Object.fromEntries(entries) as JsonObject;
}
