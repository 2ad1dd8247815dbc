// What operators changed, read from the database at most once in 0.9 s, so that a create usually reads memory only and a
// change still reaches every node within a second.
import type { Pool } from 'pg';
import { repeatRead } from '../db/lost-answers.ts';
import type { JsonObject } from '../lib/json.ts';
import { SharedRead } from '../lib/shared-read.ts';
import type { Clock, SteadyClock } from '../lib/time.ts';
import * as store from './catalog.store.ts';
import { CATALOGUES, type CatalogueName } from './catalogues.ts';
import { type Model, type NamedOffer, nameOffers } from './models.ts';
import type { PriceRule } from './prices.ts';
import { isExample } from './templates.ts';

const KEEP_MS = 900;

export interface ModelStatus {
  model: string;
  enabled: boolean;
  maintenance: boolean;
  /** Of this moment. */
  price: PriceRule;
  /** Since when an operator's price holds; null while the one of the data file does. */
  priceSince: Date | null;
  /** What it will cost, the earliest first. */
  nextPrices: { startsAt: Date; price: PriceRule }[];
  openTasksMax: number | null;
  /** The offers as they are tried, those that are off too. */
  offers: OfferStatus[];
  /** As its data file has it: its own price, and its offers. */
  facts: Model;
}

/** An offer with what an operator set about it. */
export interface OfferStatus extends NamedOffer {
  /** Lower ones are tried first. */
  order: number;
  weight: number;
  enabled: boolean;
}

/** What is read of the database at once. */
export interface CatalogRows {
  maintenance: store.Maintenance;
  settings: store.ModelSettingRow[];
  prices: store.ModelPriceRow[];
  templates: store.TemplateRow[];
}

/** The switches, prices and templates of one moment. A price holds from its own moment on, by the clock. */
export class CatalogState {
  readonly maintenance: store.Maintenance;
  readonly settings: ReadonlyMap<string, store.ModelSettingRow>;
  readonly templates: readonly store.TemplateRow[];
  readonly #prices: ReadonlyMap<string, store.ModelPriceRow[]>;
  readonly #templatesById: ReadonlyMap<string, store.TemplateRow>;
  readonly #now: Clock;

  constructor({ maintenance, settings, prices, templates }: CatalogRows, now: Clock) {
    this.maintenance = maintenance;
    this.settings = new Map(settings.map((row) => [row.model, row]));
    this.#prices = Map.groupBy(prices, ({ model }) => model);
    this.templates = templates;
    this.#templatesById = new Map(templates.map((row) => [`${row.catalogue}/${row.template_id}`, row]));
    this.#now = now;
  }

  statusOf(model: Model): ModelStatus {
    const row = this.settings.get(model.model);
    const prices = this.#prices.get(model.model) ?? [];
    const nowMs = this.#now();
    const current = prices.findLast(({ starts_at }) => starts_at.getTime() <= nowMs);
    const next = prices.filter(({ starts_at }) => starts_at.getTime() > nowMs);
    return {
      model: model.model,
      enabled: row?.enabled ?? true,
      maintenance: row?.maintenance ?? false,
      price: current?.price ?? model.price,
      priceSince: current?.price ? current.starts_at : null,
      nextPrices: next.map(({ starts_at: startsAt, price }) => ({ startsAt, price: price ?? model.price })),
      openTasksMax: row?.open_tasks_max ?? null,
      offers: this.offersOf(model),
      facts: model,
    };
  }

  /** The offers of a model, with what an operator set about them. */
  offersOf(model: Model): OfferStatus[] {
    const set = this.settings.get(model.model)?.offers ?? {};
    return nameOffers(model.offers).map(({ id, offer }, at) => ({
      id,
      offer,
      order: set[id]?.order ?? offer.order ?? at,
      weight: set[id]?.weight ?? offer.weight ?? 1,
      enabled: set[id]?.enabled ?? true,
    }));
  }

  /** The item of a template, also of one that clients may no longer use. */
  templateOf(catalogue: CatalogueName, id: string): JsonObject | undefined {
    return this.#templatesById.get(`${catalogue}/${id}`)?.item;
  }

  /** The item of a template that clients may use. */
  listedTemplateOf(catalogue: CatalogueName, id: string): JsonObject | undefined {
    const row = this.#templatesById.get(`${catalogue}/${id}`);
    return row?.enabled ? row.item : undefined;
  }

  /**
   * Whether an input may name a template: one that is listed, or any while nobody imported the list of the vendor. One that
   * was disabled may not be named.
   */
  mayName(catalogue: CatalogueName, id: string): boolean {
    const row = this.#templatesById.get(`${catalogue}/${id}`);
    if (row) return row.enabled;
    return !this.templates.some((one) => one.catalogue === catalogue && !isExample(one.item));
  }

  /** What a template that clients may use costs; undefined when its entry does not say. */
  templateCredits(catalogue: CatalogueName, id: string, resolution: string): number | undefined {
    const item = this.listedTemplateOf(catalogue, id);
    return item && CATALOGUES[catalogue].creditsOf(item, resolution);
  }
}

/** The state of the last moment, shared by all callers. @param now the clock of prices. */
export function createStateReader(pool: Pool, clock: SteadyClock, now: Clock): SharedRead<CatalogState> {
  return new SharedRead({
    read: async () => {
      const [maintenance, settings, prices, templates] = await repeatRead(() =>
        Promise.all([
          store.readMaintenance(pool),
          store.readModelSettings(pool),
          store.readModelPrices(pool),
          store.readTemplates(pool),
        ]),
      );
      return new CatalogState({ maintenance, settings, prices, templates }, now);
    },
    clock,
    keepMs: KEEP_MS,
  });
}
