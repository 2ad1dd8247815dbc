// The catalogue: which models exist, what they take and cost, whether they are on, and the templates.
import type { Pool, PoolClient } from 'pg';
import { recordAct } from '../audit/audit.ts';
import { repeatLost } from '../db/lost-answers.ts';
import { withTransaction } from '../db/pool.ts';
import { OperatorError } from '../errors.ts';
import { type Json, type JsonObject, toStorable } from '../lib/json.ts';
import type { SharedRead } from '../lib/shared-read.ts';
import { type Clock, type SteadyClock, systemClock } from '../lib/time.ts';
import * as store from './catalog.store.ts';
import { CATALOGUE_NAMES, CATALOGUES, type CatalogueName, catalogueOf, nameOf } from './catalogues.ts';
import { type CheckedCreate, priceCreate, type QuoteOptions, readShape, refuseEarly } from './check.ts';
import { type GalleryEntry, toGalleryEntry } from './gallery.ts';
import { checkImport, type ImportPlan, planImport } from './imports.ts';
import { type ModelChange, writeModelChange } from './model-changes.ts';
import { addressFieldsOf, type Model, readShippedModels } from './models.ts';
import { ModelNames } from './names.ts';
import { type CopyCounts, countCopies, findPreview, type KeptPreview } from './previews.store.ts';
import { readPriceSheet } from './price-sheet.ts';
import { filesAsked, withDefaults } from './prices.ts';
import { describeUnder } from './shared-names.ts';
import { type CatalogState, createStateReader, type ModelStatus, type OfferStatus } from './state.ts';
import { readShippedTemplates, rulesOf, type TemplateRules } from './templates.ts';

export type { Maintenance, TemplateRow } from './catalog.store.ts';
export type { ImportPlan } from './imports.ts';
export type { CopyCounts } from './previews.store.ts';

const RETIRED_REASON_CHARACTERS_MAX = 500;

export class Catalog {
  readonly #pool: Pool;
  readonly #names: ModelNames;
  readonly #reader: SharedRead<CatalogState>;
  readonly #now: Clock;

  /**
   * @param options.models those of an operator, besides the shipped ones.
   * @param options.now the clock by which a price begins; that of the system if not given.
   */
  constructor(options: { pool: Pool; clock: SteadyClock; now?: Clock; models?: readonly Model[] }) {
    this.#pool = options.pool;
    this.#now = options.now ?? systemClock;
    this.#reader = createStateReader(options.pool, options.clock, this.#now);
    this.#names = new ModelNames([...readShippedModels(), ...(options.models ?? [])]);
  }

  /** Every model with its offers, as the data files have them. */
  get models(): readonly Model[] {
    return this.#names.models;
  }

  /** Writes the shipped templates that the database does not have yet; an operator's changes stay. */
  async seed(): Promise<void> {
    await withTransaction(this.#pool, async (client) => {
      for (const catalogue of CATALOGUE_NAMES) {
        const items = readShipped(catalogue);
        await store.saveTemplates(client, { catalogue, items, replace: false });
      }
    });
  }

  /** What a create or estimate body comes to, as a whole. @throws AppError with every fault, or the switch that is off. */
  async quoteCreate(body: Json, options: QuoteOptions): Promise<CheckedCreate> {
    const shape = readShape(this.#names, body, options);
    refuseEarly(shape);
    return priceCreate(shape, await this.#reader.current(), options);
  }

  /**
   * The input of a task as its provider may see it: what its model declares, with the defaults. A name that the model
   * does not know was never checked, and the warning to its client said that it has no effect.
   */
  fillInput(model: string, input: JsonObject): JsonObject {
    const found = this.#names.get(model);
    if (!found) return input;
    const { properties } = found.input_schema;
    const declared = Object.entries(input).filter(([name]) => Object.hasOwn(properties, name));
    return withDefaults(Object.fromEntries(declared), properties);
  }

  /** What a model makes; undefined for a name that is not in the catalogue. */
  modalityOf(model: string): Model['modality'] | undefined {
    return this.#names.get(model)?.modality;
  }

  /** What a model does, such as `image-edit`; nothing for a name that is not in the catalogue. */
  operationsOf(model: string): readonly string[] {
    return this.#names.get(model)?.operations ?? [];
  }

  /** How many pictures an input asks for; undefined for a model that is not priced by the picture. */
  filesAsked(model: string, input: JsonObject): number | undefined {
    const found = this.#names.get(model);
    return found && filesAsked(found.price, this.fillInput(model, input));
  }

  /** Names of the inputs of a model that hold addresses. */
  addressFieldsOf(model: string): string[] {
    const found = this.#names.get(model);
    return found === undefined ? [] : addressFieldsOf(found.input_schema);
  }

  /** Every model of that kind with its switches and its price. */
  async listModels({
    modality,
    operation,
  }: {
    modality?: string;
    operation?: string;
  }): Promise<ModelStatus[]> {
    const { models } = await this.statuses();
    return models
      .filter(({ facts }) => modality === undefined || facts.modality === modality)
      .filter(({ facts }) => operation === undefined || facts.operations.includes(operation));
  }

  /** The providers of a model for live keys, first choice first. */
  offersOf(name: string): Model['offers'] {
    return this.#names.get(name)?.offers ?? [];
  }

  /** The offers of this moment with what operators set about them, by the name of a model. */
  async readOffers(): Promise<(model: string) => OfferStatus[]> {
    const state = await this.#reader.current();
    return (name) => {
      const found = this.#names.get(name);
      return found ? state.offersOf(found) : [];
    };
  }

  async listTemplates(catalogue: CatalogueName): Promise<JsonObject[]> {
    const { templates } = await this.#reader.current();
    return templates.filter((row) => row.catalogue === catalogue && row.enabled).map(({ item }) => item);
  }

  /** The templates of all catalogues that clients may use, in one form. */
  async listGallery(): Promise<GalleryEntry[]> {
    const state = await this.#reader.current();
    const takersOf = (field: string) =>
      this.models
        .filter(({ input_schema: schema }) => Object.hasOwn(schema.properties, field))
        .map((model) => ({ model: model.model, price: state.statusOf(model).price }));
    const takers = { template_id: takersOf('template_id'), template: takersOf('template') };
    return state.templates
      .filter(({ enabled }) => enabled)
      .map((row) => toGalleryEntry(row, takers[CATALOGUES[row.catalogue].inputField]));
  }

  /** Every template of a catalogue, disabled ones too, in the order of the list. */
  async listTemplateRows(catalogue: CatalogueName): Promise<store.TemplateRow[]> {
    const { templates } = await this.#reader.current();
    return templates.filter((row) => row.catalogue === catalogue);
  }

  /** How the template of an input is rendered; also of one that was disabled after a task was made with it. */
  async findTemplateRules(model: string, input: JsonObject): Promise<TemplateRules | undefined> {
    const found = await this.findTemplate(model, input);
    return found && rulesOf(found.item);
  }

  /** The item of the catalogue that an input of a model names, also one that was disabled since. */
  async findTemplate(
    model: string,
    input: JsonObject,
  ): Promise<{ catalogue: CatalogueName; id: string; item: JsonObject } | undefined> {
    const field = input.template_id === undefined ? 'template' : 'template_id';
    const catalogue = catalogueOf(model, field);
    const id = input[field];
    if (catalogue === undefined || typeof id !== 'string') return undefined;
    const item = (await this.#reader.current()).templateOf(catalogue, id);
    return item && { catalogue, id, item };
  }

  /** The small cover of an imported template; undefined when there is none of this version. */
  readCover(catalogue: string, templateId: string, version: string): Promise<Buffer | undefined> {
    return store.readCover(this.#pool, { catalogue, templateId, version });
  }

  /** Where the copy of a preview video lies in storage; undefined when there is none of this version. */
  findPreview(catalogue: string, templateId: string, version: string): Promise<KeptPreview | undefined> {
    return findPreview(this.#pool, { catalogue, templateId, version });
  }

  /** How far the copies of covers and previews are, by catalogue. */
  countCopies(): Promise<CopyCounts[]> {
    return countCopies(this.#pool);
  }

  /** Every template of a catalogue, disabled ones too, as `importTemplates` takes them. */
  async exportTemplates(catalogue: CatalogueName): Promise<JsonObject[]> {
    const rows = await store.readTemplates(this.#pool);
    return rows.filter((row) => row.catalogue === catalogue).map(({ item }) => item);
  }

  /** What an import would change. @throws OperatorError that names the items at fault. */
  async planImport(catalogue: CatalogueName, items: Json): Promise<ImportPlan> {
    const rows = await store.readTemplates(this.#pool);
    return planImport(
      rows.filter((row) => row.catalogue === catalogue),
      checkImport(catalogue, items),
    );
  }

  /**
   * Writes the templates, replacing those of the same id. @param disableMissing also takes the others out of the list.
   * @throws OperatorError that names the items at fault.
   */
  async importTemplates(
    catalogue: CatalogueName,
    items: Json,
    { disableMissing = false }: { disableMissing?: boolean } = {},
  ): Promise<number> {
    const rows = checkImport(catalogue, items);
    return this.#write(async (client) => {
      const own = (await store.readTemplates(client)).filter((row) => row.catalogue === catalogue);
      const { added, changed, missing } = planImport(own, rows);
      const count = await store.saveTemplates(client, { catalogue, items: rows, replace: true });
      const disabled = disableMissing ? missing : [];
      for (const templateId of disabled)
        await store.setTemplateEnabled(client, { catalogue, templateId, enabled: false });
      const after = { imported: count, added, changed: changed.map(({ id }) => id), disabled };
      await recordAct(client, { action: 'templates.import', subject: catalogue, after });
      return count;
    });
  }

  /** @throws OperatorError when there is no such template. */
  async setTemplateEnabled(
    catalogue: CatalogueName,
    id: string,
    enabled: boolean,
  ): Promise<store.TemplateRow> {
    const row = await this.#write(async (client) => {
      const found = await store.setTemplateEnabled(client, { catalogue, templateId: id, enabled });
      const deed = { action: 'template.change', subject: `${catalogue}/${id}` };
      if (found)
        await recordAct(client, { ...deed, before: { enabled: found.was_enabled }, after: { enabled } });
      return found;
    });
    if (!row) throw noTemplate(catalogue, id);
    return row;
  }

  /**
   * Removes a template that is no longer listed; its cover goes with it, its preview within some minutes.
   * @returns what it was, so that it can be imported again.
   * @throws OperatorError when there is none, while it is listed, and for one that each start would bring back.
   */
  async removeTemplate(catalogue: CatalogueName, id: string): Promise<store.TemplateRow> {
    if (readShipped(catalogue).some(({ templateId }) => templateId === id)) {
      const message = `The template ${id} comes with the server, and each start would bring it back: disable it`;
      throw new OperatorError(message, { errorName: 'conflict' });
    }
    return this.#write(async (client) => {
      const row = await store.deleteTemplate(client, { catalogue, templateId: id });
      if (!row) throw noTemplate(catalogue, id);
      if (row.enabled) {
        const message = `The template ${id} is listed, so that tasks can begin with it: disable it first`;
        throw new OperatorError(message, { errorName: 'conflict' });
      }
      const before = { enabled: false, item: row.item };
      await recordAct(client, { action: 'template.remove', subject: `${catalogue}/${id}`, before });
      return row;
    });
  }

  /**
   * Takes a template that its provider no longer has out of the list. The item stays for the operator, with the reason
   * as `Reelay.Retired`; enabling it, or importing it again, brings it back.
   * @returns whether this call did it; false for one that is already disabled or does not exist.
   */
  async retireTemplate(catalogue: CatalogueName, templateId: string, reason: string): Promise<boolean> {
    const words = toStorable(reason.slice(0, RETIRED_REASON_CHARACTERS_MAX));
    return this.#write(async (client) => {
      const isDone = await store.retireTemplate(client, { catalogue, templateId, reason: words });
      const after = { enabled: false, reason: words };
      if (isDone)
        await recordAct(client, { action: 'template.retire', subject: `${catalogue}/${templateId}`, after });
      return isDone;
    });
  }

  async statuses(): Promise<{ maintenance: store.Maintenance; models: ModelStatus[] }> {
    const state = await this.#reader.current();
    const models = this.#names.models.map((model) => state.statusOf(model));
    return { maintenance: state.maintenance, models };
  }

  /** The models with a text in their name, or in the name of a provider that offers them; all with an empty one. */
  async findStatuses(text: string): Promise<ModelStatus[]> {
    const has = (name: string): boolean => name.toLowerCase().includes(text.toLowerCase());
    const { models } = await this.statuses();
    return models.filter(
      ({ model, offers }) => has(model) || offers.some((offer) => has(offer.offer.provider)),
    );
  }

  /** The switches and the price of a model; undefined when there is no such model. */
  async findStatus(name: string): Promise<ModelStatus | undefined> {
    const found = this.#names.get(name);
    return found && (await this.#reader.current()).statusOf(found);
  }

  /** The same for any name that a create can have: its facts are those of the models behind it, as inputs of that name. */
  async findStatusUnder(name: string): Promise<ModelStatus | undefined> {
    const sharers = this.#names.sharersOf(name);
    const state = await this.#reader.current();
    const [first, ...others] = sharers.map(({ model }) => state.statusOf(model));
    if (first === undefined) return undefined;
    const enabled = [first, ...others].some((one) => one.enabled && !one.maintenance);
    const maintenance = first.maintenance && !enabled;
    return { ...first, enabled, maintenance, facts: describeUnder(name, sharers) };
  }

  /** The names of the models that a name can mean; none when it is not known. */
  modelsNamed(name: string): string[] {
    return this.#names.sharersOf(name).map(({ model }) => model.model);
  }

  /** The name that an unknown one was meant to be, if one is near. */
  findNear(name: string): string | undefined {
    return this.#names.findNear(name);
  }

  /** @param text what clients read while it is on; the usual sentence if it is not given. */
  async setMaintenance(on: boolean, text: string | null = null): Promise<store.Maintenance> {
    const after = { on, text: on ? text : null };
    await this.#write(async (client) => {
      const before = await store.readMaintenance(client);
      await store.saveMaintenance(client, after);
      await recordAct(client, { action: 'maintenance.set', subject: 'everything', before, after });
    });
    return after;
  }

  /** One writer at a time; what it wrote is seen by the next call here. */
  async #write<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const result = await repeatLost(() =>
      withTransaction(this.#pool, async (client) => {
        await store.lockCatalog(client);
        return work(client);
      }),
    );
    this.#reader.forget();
    return result;
  }

  /** Changes what is named and keeps the rest; a price holds from now on unless it says from when. */
  async changeModel(name: string, change: ModelChange): Promise<ModelStatus> {
    const model = this.#names.get(name);
    if (!model) {
      const message = `There is no model "${name}"; "reelay models list" shows them`;
      throw new OperatorError(message, { errorName: 'not_found' });
    }
    await this.#write((client) => writeModelChange(client, { model, nowMs: this.#now() }, change));
    return (await this.#reader.current()).statusOf(model);
  }

  /**
   * Sets the prices of a sheet that differ from those of now, all of them or none.
   * @returns what was changed, or would be.
   * @throws OperatorError that names every fault with its line.
   */
  async importPrices(sheet: string, { isPreview = false }: { isPreview?: boolean | undefined } = {}) {
    const { models } = await this.statuses();
    const nowMs = this.#now();
    const { changes, faults } = readPriceSheet(sheet, models, nowMs);
    if (faults.length > 0) throw new OperatorError(faults.join('\n'));
    if (isPreview || changes.length === 0) return changes;
    await this.#write(async (client) => {
      for (const { model: name, price, from } of changes) {
        const model = this.#names.get(name);
        if (model) await writeModelChange(client, { model, nowMs }, { price, priceFrom: from });
      }
    });
    return changes;
  }
}

function readShipped(catalogue: CatalogueName): store.TemplateToSave[] {
  const items = readShippedTemplates(CATALOGUES[catalogue].shipped);
  return items.map((item) => ({ templateId: String(nameOf(catalogue, item)), item }));
}

function noTemplate(catalogue: CatalogueName, id: string): OperatorError {
  const message = `There is no template "${id}" in the catalogue ${catalogue}`;
  return new OperatorError(message, { errorName: 'not_found' });
}
