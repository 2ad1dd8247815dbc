// The schema of the one list of templates; see schemas.ts.
import { Type } from 'typebox';
import { CATALOGUE_NAMES } from '../../catalog/catalogues.ts';
import { SORTS } from '../../catalog/gallery.ts';
import { pageSizeField, withDefault } from '../../http/fields.ts';
import { envelope, TAGS } from './schemas.ts';

const IMAGES_MAX = 20;
const orNull = <Schema extends Parameters<typeof Type.Union>[0][number]>(schema: Schema) =>
  Type.Union([schema, Type.Null()]);
const counted = Type.Array(
  Type.Object({ value: Type.String(), count: Type.Integer() }, { title: 'CountedValue' }),
);

const galleryTemplate = Type.Object(
  {
    vendor: Type.Enum([...CATALOGUE_NAMES]),
    template_id: Type.String({ description: 'By which an input names it.' }),
    input_field: Type.Enum(['template_id', 'template'], {
      description: 'The field of the input that names it.',
    }),
    model: orNull(Type.String({ description: 'The model to create it with.' })),
    title: Type.String(),
    description: orNull(Type.String()),
    tags: Type.Array(Type.String()),
    aspect_ratios: Type.Array(Type.String()),
    images_min: Type.Integer(),
    images_max: Type.Integer(),
    duration_s: orNull(Type.Number()),
    prices: Type.Array(
      Type.Object({ resolution: orNull(Type.String()), credits: Type.Number() }, { title: 'TemplatePrice' }),
    ),
    is_drawn_here: Type.Boolean({ description: 'Drawn by the built-in renderer; test keys only.' }),
    live_fault: orNull(Type.String({ description: 'Why live keys cannot use it.' })),
    cover_url: orNull(Type.String({ description: 'A JPEG of 3:4 on this server, 40 kB at most.' })),
    preview_url: orNull(Type.String({ description: 'A short video on this server.' })),
  },
  { title: 'GalleryTemplate' },
);

export const gallerySchema = {
  tags: TAGS.catalog,
  operationId: 'listGalleryTemplates',
  summary: 'Effect templates of all vendors in one form',
  description:
    'Filters can be combined. `tags`, `vendors` and `aspect_ratios` count what the whole list has, to choose from.',
  querystring: Type.Object({
    q: Type.Optional(
      Type.String({ maxLength: 100, description: 'Words of its title, tags or id, all of them.' }),
    ),
    tag: Type.Optional(Type.String({ maxLength: 100 })),
    vendor: Type.Optional(Type.Enum([...CATALOGUE_NAMES])),
    images: Type.Optional(
      Type.Integer({ minimum: 0, maximum: IMAGES_MAX, description: 'It takes this many pictures.' }),
    ),
    ratio: Type.Optional(Type.String({ maxLength: 20, description: 'It offers this aspect ratio.' })),
    sort: withDefault(Type.Enum([...SORTS]), 'listed'),
    limit: pageSizeField({ max: 300, usual: 60 }),
    cursor: Type.Optional(Type.String({ maxLength: 150, description: 'next_cursor of the page before.' })),
  }),
  response: {
    200: envelope(
      Type.Object({
        total: Type.Integer({ description: 'That the filters leave.' }),
        templates: Type.Array(galleryTemplate),
        next_cursor: orNull(Type.String()),
        tags: counted,
        vendors: counted,
        aspect_ratios: counted,
      }),
    ),
  },
};
