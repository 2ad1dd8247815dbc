// The list of templates over all catalogues, for galleries. Covers and previews are on this server, and no address of
// another host is in it.
import type { FastifyInstance } from 'fastify';
import type { Catalog } from '../../catalog/catalog.ts';
import { countValues, findEntries, type GalleryEntry } from '../../catalog/gallery.ts';
import { AppError } from '../../errors.ts';
import { readQuery } from '../../http/read.ts';
import { sendData } from './answer.ts';
import { gallerySchema } from './templates.schemas.ts';

export interface GalleryParts {
  catalog: Catalog;
  /** Where the covers and previews of the built-in templates are served. */
  mediaUrl: () => string;
  /** Where the covers of imported templates are served. */
  coversUrl: () => string;
  /** Where the copies of their previews are served. */
  previewsUrl: () => string;
}

const LISTED_TAGS_MAX = 60;

export function registerGalleryRoute(app: FastifyInstance, parts: GalleryParts): void {
  app.get(
    '/job/Templates',
    { schema: gallerySchema, config: { access: 'account', rate: 'read', errors: ['validation_failed'] } },
    async (request, reply) => {
      const { vendor, limit, cursor, ...filter } = readQuery(request, gallerySchema.querystring);
      const all = await parts.catalog.listGallery();
      const found = findEntries(all, { ...filter, catalogue: vendor });
      const start = cursor === undefined ? 0 : found.findIndex((entry) => nameOf(entry) === cursor) + 1;
      if (cursor !== undefined && start === 0) {
        throw new AppError('validation_failed', { errors: ['cursor: is not in this list any more'] });
      }
      const shown = found.slice(start, start + limit);
      const last = shown.at(-1);
      return sendData(reply, {
        total: found.length,
        templates: shown.map((entry) => presentEntry(entry, parts)),
        next_cursor: last && start + limit < found.length ? nameOf(last) : null,
        tags: countValues(all, ({ tags }) => tags).slice(0, LISTED_TAGS_MAX),
        vendors: countValues(all, ({ catalogue }) => [catalogue]),
        aspect_ratios: countValues(all, ({ aspectRatios }) => aspectRatios),
      });
    },
  );
}

function nameOf({ catalogue, id }: GalleryEntry): string {
  return `${catalogue}/${id}`;
}

function presentEntry(entry: GalleryEntry, { mediaUrl, coversUrl, previewsUrl }: GalleryParts) {
  const { catalogue, id, coverVersion, previewVersion, mediaCover, mediaPreview } = entry;
  const ownCover = mediaCover && `${mediaUrl()}/${mediaCover.replace(/\.jpg$/, '-cover.jpg')}`;
  const copied = coverVersion && `${coversUrl()}/${catalogue}/${encodeURIComponent(id)}-${coverVersion}.jpg`;
  const ownPreview = mediaPreview && `${mediaUrl()}/${mediaPreview}`;
  const copiedPreview =
    previewVersion && `${previewsUrl()}/${catalogue}/${encodeURIComponent(id)}-${previewVersion}`;
  return {
    vendor: catalogue,
    template_id: id,
    input_field: entry.inputField,
    model: entry.model,
    title: entry.title,
    description: entry.description,
    tags: entry.tags,
    aspect_ratios: entry.aspectRatios,
    images_min: entry.imagesMin,
    images_max: entry.imagesMax,
    duration_s: entry.durationSeconds,
    prices: entry.prices,
    is_drawn_here: entry.isDrawnHere,
    live_fault: entry.liveFault,
    cover_url: ownCover ?? copied,
    preview_url: ownPreview ?? copiedPreview,
  };
}
