// What operators changed, read from the database at most once in 0.9 s, so that a create usually reads memory only and a
// change still reaches every node within a second.
import type { Pool } from 'pg';
import { repeatRead } from '../db/lost-answers.ts';
import type { JsonObject } from '../lib/json.ts';
import { SharedRead } from '../lib/shared-read.ts';
import type { SteadyClock } from '../lib/time.ts';
import * as store from './catalog.store.ts';
import { CATALOGUES, type CatalogueName } from './catalogues.ts';
import type { Model } from './models.ts';
import type { PriceRule } from './prices.ts';

const KEEP_MS = 900;

export interface ModelStatus {
  model: string;
  enabled: boolean;
  maintenance: boolean;
  price: PriceRule;
  openTasksMax: number | null;
  /** As its data file has it: its own price, and its offers. */
  facts: Model;
}

/** The switches, prices and templates of one moment. */
export class CatalogState {
  readonly maintenance: boolean;
  readonly settings: ReadonlyMap<string, store.ModelSettingRow>;
  readonly templates: readonly store.TemplateRow[];
  readonly #templatesById: ReadonlyMap<string, store.TemplateRow>;

  constructor(maintenance: boolean, settings: store.ModelSettingRow[], templates: store.TemplateRow[]) {
    this.maintenance = maintenance;
    this.settings = new Map(settings.map((row) => [row.model, row]));
    this.templates = templates;
    this.#templatesById = new Map(templates.map((row) => [`${row.catalogue}/${row.template_id}`, row]));
  }

  statusOf(model: Model): ModelStatus {
    const row = this.settings.get(model.model);
    return {
      model: model.model,
      enabled: row?.enabled ?? true,
      maintenance: row?.maintenance ?? false,
      price: row?.price ?? model.price,
      openTasksMax: row?.open_tasks_max ?? null,
      facts: model,
    };
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

  /** Whether a catalogue has entries, so that a name that it does not have is a mistake. */
  hasTemplates(catalogue: CatalogueName): boolean {
    return this.templates.some((row) => row.catalogue === catalogue);
  }

  /** What a template that clients may use costs; undefined when its entry does not say. */
  templateCredits(catalogue: CatalogueName, id: string, resolution: string): number | undefined {
    const item = this.listedTemplateOf(catalogue, id);
    return item && CATALOGUES[catalogue].creditsOf(item, resolution);
  }
}

/** The state of the last moment, shared by all callers. */
export function createStateReader(pool: Pool, clock: SteadyClock): SharedRead<CatalogState> {
  return new SharedRead({
    read: async () => {
      const [maintenance, settings, templates] = await repeatRead(() =>
        Promise.all([store.readMaintenance(pool), store.readModelSettings(pool), store.readTemplates(pool)]),
      );
      return new CatalogState(maintenance, settings, templates);
    },
    clock,
    keepMs: KEEP_MS,
  });
}
