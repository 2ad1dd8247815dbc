// Whether a create body may become a task, and at what price. Every fault that can be seen is said in one answer.
import { AppError, refuseFaults } from '../errors.ts';
import { isObject, type Json, type JsonObject, withoutNulls } from '../lib/json.ts';
import { findSlips } from '../lib/near-name.ts';
import { needsRenderer, scenarioOf } from '../providers/draft/scenarios.ts';
import { placeAssets } from './asset-names.ts';
import { type CatalogueName, catalogueOf } from './catalogues.ts';
import { describeUnknown } from './known-fields.ts';
import { addressFieldsOf, type Model } from './models.ts';
import type { ModelNames, NamedModel } from './names.ts';
import { type Price, priceOf, type TemplatePrice, withDefaults } from './prices.ts';
import type { CatalogState, ModelStatus } from './state.ts';
import { consumeItemsOf, liveFaultOf, rulesOf } from './templates.ts';

const MAINTENANCE_RETRY_SECONDS = 60;
/** A scenario's template id is in no catalogue, so it has a price of its own: one test credit. */
const SCENARIO_PRICE: Price = { micros: 1_000_000n, version: 'scenario' };

/** A create body that passed every check. */
export interface CheckedCreate {
  model: Model;
  /** As the model spells it, without what is null. */
  input: JsonObject;
  /** What the client sent, where that is another name or another spelling. */
  sent: SentCreate | undefined;
  price: Price;
  /** A sentence for each unknown name; these are kept in the task and have no effect. */
  warnings: string[];
  /** On a test key: it asks for a scenario that fails or waits before it would be rendered. */
  skipsRender: boolean;
}

/** The name of a model and an input, both as a client spelled them. */
export interface SentCreate {
  model: string;
  input: JsonObject;
}

/** How a door words a create, and what it takes beside the input. */
export interface CreateForm {
  /** Names that may be in a body, `model` and `input` among them. */
  fields: readonly string[];
  /** Faults of everything but the input, and the names that are not known. @param model that the body names, if it does. */
  findEnvelopeFaults(body: JsonObject, model?: Model): { errors: string[]; unknown: string[] };
  /** Where a client finds the names of models. */
  modelList: string;
  /** Where it finds the templates of a catalogue. */
  templateList(catalogue: CatalogueName): string;
}

export interface QuoteOptions {
  form: CreateForm;
  testMode: boolean;
  /** Unknown names are faults. */
  strict: boolean;
  /** The addresses of the assets that the body names and the account has, by id. */
  assets?: ReadonlyMap<string, string>;
}

/** What the body comes to without a look into the database; `errors` empty and a model found is a good one. */
interface Shape {
  model: Model | undefined;
  /** Empty when it is no object. */
  input: JsonObject;
  sent: SentCreate | undefined;
  errors: string[];
  unknown: string[];
}

/** The part that needs no database: names, types, ranges. @throws AppError when the body is no object. */
export function readShape(
  names: ModelNames,
  given: Json,
  { form, strict, assets = new Map() }: Pick<QuoteOptions, 'form' | 'strict' | 'assets'>,
): Shape {
  if (!isObject(given)) throw refuseFaults(['body: must be a JSON object']);
  // Before anything looks at it, so that the check, the price, the task and its provider see the same.
  const body = withoutNulls(given);
  const found = typeof body.model === 'string' ? names.choose(body.model, body.input) : undefined;
  const envelope = form.findEnvelopeFaults(body, found?.model);
  const errors = [...envelope.errors];
  if (typeof body.model === 'string' && !found)
    errors.push(`model: ${describeUnknownModel(names, body.model, form)}`);
  const input = isObject(body.input) ? body.input : {};
  const spelled = found && isObject(body.input) ? spellInput(found, input, assets) : { input, errors: [] };
  const checked =
    found && isObject(body.input) ? found.checkInput(spelled.input) : { errors: [], unknown: [] };
  errors.push(...spelled.errors, ...checked.errors);
  const unknown = [...envelope.unknown, ...checked.unknown];
  const refusal = 'is not known, and unknown fields are refused';
  if (!strict) errors.push(...findSlipsOf(errors, unknown));
  else
    errors.push(
      ...unknown.map((name) => describeUnknown(name, refusal, { model: found?.model, fields: form.fields })),
    );
  const isSentAlike = found?.alias === undefined && spelled.input === input;
  const sent = isSentAlike ? undefined : { model: String(body.model), input };
  return { model: found?.model, input: spelled.input, sent, errors, unknown };
}

/** The input as the model spells it, with addresses in the place of assets. */
function spellInput(
  { model, spell }: NamedModel,
  sent: JsonObject,
  assets: ReadonlyMap<string, string>,
): { input: JsonObject; errors: string[] } {
  const spelled = spell(sent);
  const placed = placeAssets(spelled.input, addressFieldsOf(model.input_schema), assets);
  return { input: placed.input, errors: [...spelled.errors, ...placed.errors] };
}

/** The sentence about a name that no model has, with the one that was meant, if one is near. */
export function describeUnknownModel(
  names: Pick<ModelNames, 'findNear'>,
  name: string,
  { modelList }: Pick<CreateForm, 'modelList'>,
): string {
  const near = names.findNear(name);
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `there is no model "${name.slice(0, 100)}"; ${modelList} lists them${hint}`;
}

const MISSING = /^(.+): is required$/;
const OF_INPUT = 'input.';

/** The unknown names, of the body and of its input, that may be slips of a required one that is missing. */
function findSlipsOf(errors: readonly string[], unknown: readonly string[]): string[] {
  const missing = errors.flatMap((error) => MISSING.exec(error)?.[1] ?? []);
  if (missing.length === 0) return [];
  const within = (names: readonly string[]) =>
    names.flatMap((name) => (name.startsWith(OF_INPUT) ? [name.slice(OF_INPUT.length)] : []));
  const beside = (names: readonly string[]) => names.filter((name) => !name.startsWith(OF_INPUT));
  return [
    ...findSlips(beside(unknown), beside(missing)),
    ...findSlips(within(unknown), within(missing), OF_INPUT),
  ];
}

interface TemplateCreate {
  /** With the defaults of the schema. */
  input: JsonObject;
  testMode: boolean;
  form: CreateForm;
}

/** Why no offer of a model can make a template for a live key; undefined when one can, or the model has none at all. */
function findLiveFault({ offers }: Model, item: JsonObject): string | undefined {
  const providers = new Set(offers.map(({ provider }) => provider));
  return providers.has('bytedance-effects') && !providers.has('draft') ? liveFaultOf(item) : undefined;
}

/** The rules of a template that a schema cannot say: it exists, and takes that many pictures in that resolution. */
function findTemplateFaults(state: CatalogState, model: Model, create: TemplateCreate): string[] {
  const { input, testMode, form } = create;
  const catalogue = catalogueOf(model.model, 'template_id');
  const name = String(input.template_id);
  if (!state.mayName(catalogue, name)) {
    return [`input.template_id: there is no such template; ${form.templateList(catalogue)} lists them`];
  }
  const item = state.listedTemplateOf(catalogue, name);
  if (!item) return [];
  const { inputsMin, inputsMax } = rulesOf(item);
  const errors: string[] = [];
  const liveFault = testMode ? undefined : findLiveFault(model, item);
  if (liveFault !== undefined) errors.push(`input.template_id: ${liveFault}`);
  const count = Array.isArray(input.img_urls) ? input.img_urls.length : 0;
  if (count < inputsMin || count > inputsMax) {
    const wanted = inputsMin === inputsMax ? `${inputsMin}` : `${inputsMin} to ${inputsMax}`;
    errors.push(
      `input.img_urls: this template takes ${wanted} picture${wanted === '1' ? '' : 's'}, not ${count}`,
    );
  }
  const offered = consumeItemsOf(item).map(({ resolution }) => resolution);
  const hasResolutions = model.price.kind === 'template' && offered.length > 0;
  if (hasResolutions && !offered.includes(String(input.resolution))) {
    errors.push(`input.resolution: must be one of ${offered.join(', ')} for this template`);
  }
  return errors;
}

/** @throws AppError `maintenance` or `model_disabled`. */
function refuseSwitchedOff(state: CatalogState, status: ModelStatus): void {
  const retryAfterSeconds = MAINTENANCE_RETRY_SECONDS;
  const { on, text } = state.maintenance;
  if (on) throw new AppError('maintenance', { message: text ?? undefined, retryAfterSeconds });
  if (status.maintenance) {
    throw new AppError('maintenance', {
      message: `${status.model} is under maintenance, try again later`,
      retryAfterSeconds,
    });
  }
  if (!status.enabled) throw new AppError('model_disabled', { message: `${status.model} is disabled` });
}

/** The part of a fault before its colon: the field that it is about. */
function fieldOf(fault: string): string {
  return fault.slice(0, fault.indexOf(':'));
}

interface NamedTemplate {
  model: string;
  template: string;
}

/** A template by its name: one that is not in the list is refused, unless no list of the vendor was imported at all. */
function findNameFaults(state: CatalogState, { model, template }: NamedTemplate, form: CreateForm): string[] {
  const catalogue = catalogueOf(model, 'template');
  if (!catalogue || state.mayName(catalogue, template)) return [];
  return [`input.template: there is no such template; ${form.templateList(catalogue)} lists them`];
}

/** Every fault of the body, those that only the catalogue can see included; each field is named once. */
function findFaults(shape: Shape, state: CatalogState, { form, testMode }: QuoteOptions): string[] {
  const { model, input, errors } = shape;
  if (model && typeof input.template === 'string') {
    const named = { model: model.model, template: input.template };
    return [...errors, ...findNameFaults(state, named, form)];
  }
  if (!model || typeof input.template_id !== 'string') return errors;
  const named = new Set(errors.map(fieldOf));
  const filled = withDefaults(input, model.input_schema.properties);
  const faults = findTemplateFaults(state, model, { input: filled, testMode, form });
  return [...errors, ...faults.filter((fault) => !named.has(fieldOf(fault)))];
}

/** The prices of the templates that an input can name. */
function findTemplateCredits(state: CatalogState, { model }: Model, input: JsonObject): TemplatePrice {
  return (id, resolution) => {
    const catalogue = catalogueOf(model, input.template_id === undefined ? 'template' : 'template_id');
    return catalogue && state.templateCredits(catalogue, id, resolution);
  };
}

/** @throws AppError when the shape has faults that the catalogue can add nothing to. */
export function refuseEarly({ model, input, errors }: Shape): void {
  if (!model || (errors.length > 0 && typeof input.template_id !== 'string')) throw refuseFaults(errors);
}

/** @throws AppError with every fault, or the switch that is off. */
export function priceCreate(shape: Shape, state: CatalogState, options: QuoteOptions): CheckedCreate {
  const { form, testMode } = options;
  const { model, input, sent, unknown } = shape;
  const isScenario = testMode && scenarioOf({ template_id: input.template_id }) !== undefined;
  const faults = isScenario ? shape.errors : findFaults(shape, state, options);
  if (!model || faults.length > 0) throw refuseFaults(faults);
  const status = state.statusOf(model);
  refuseSwitchedOff(state, status);
  if (!testMode && model.offers.length === 0) {
    const message = `${model.model} has no enabled offer for live keys; a test key can try it`;
    throw new AppError('model_disabled', { message });
  }
  const filled = withDefaults(input, model.input_schema.properties);
  return {
    model,
    input,
    sent,
    price: isScenario
      ? SCENARIO_PRICE
      : priceOf(status.price, filled, findTemplateCredits(state, model, filled)),
    skipsRender: testMode && !needsRenderer(scenarioOf(input)),
    warnings: unknown.map((name) =>
      describeUnknown(name, 'is not known and has no effect', { model, fields: form.fields }),
    ),
  };
}
