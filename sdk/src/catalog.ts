// What can be made: models with their inputs and prices, and effect templates.
import type { CallOptions, Transport } from './transport.ts';
import type { GalleryTemplate, Model, ModelDetail } from './wire.generated.ts';

export interface ModelFilter extends CallOptions {
  modality?: Model['modality'];
  /** Such as `text-to-video`. */
  operation?: string;
}

export interface TemplateFilter extends CallOptions {
  /** Words of the title, the tags or the id. */
  q?: string;
  tag?: string;
  vendor?: GalleryTemplate['vendor'];
  /** It takes this many pictures. */
  images?: number;
  ratio?: string;
  sort?: 'listed' | 'newest' | 'name' | 'price';
}

export class Models {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async list({ signal, ...query }: ModelFilter = {}): Promise<Model[]> {
    return (await this.#transport.ask<{ models: Model[] }>({ path: '/job/Models', query, signal })).models;
  }

  /** One model with the JSON Schema of its input and an example. */
  get(model: string, { signal }: CallOptions = {}): Promise<ModelDetail> {
    const path = model.split('/').map(encodeURIComponent).join('/');
    return this.#transport.ask({ path: `/job/Models/${path}`, signal });
  }
}

export class Templates {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** All templates that fit, page after page. */
  async *list({ signal, ...filter }: TemplateFilter = {}): AsyncGenerator<GalleryTemplate> {
    for (let cursor: string | undefined; ; ) {
      const page = await this.#transport.ask<{ templates: GalleryTemplate[]; next_cursor: string | null }>({
        path: '/job/Templates',
        query: { ...filter, cursor },
        signal,
      });
      yield* page.templates;
      if (page.next_cursor === null) return;
      cursor = page.next_cursor;
    }
  }
}
