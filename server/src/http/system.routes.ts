// What operators and their machines read: health, readiness, metrics, the API description and its page.
import { readFile } from 'node:fs/promises';
import helmet from '@fastify/helmet';
import scalar from '@scalar/fastify-api-reference';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Catalog } from '../catalog/catalog.ts';
import { AppError } from '../errors.ts';
import { resolveRange } from '../files/byte-range.ts';
import type { FileStorage } from '../files/storage.ts';
import { share } from '../lib/share.ts';
import { VERSION } from '../lib/version.ts';
import { JSON_TYPE } from './answer.ts';
import type { Metrics } from './metrics.ts';

/** Clients may compare the version with their own. */
const HEALTH = JSON.stringify({ status: 'ok', version: VERSION });

const PUBLIC = { access: 'public', rate: 'none', errors: [] } as const;
/** What costs more than an answer of a few bytes. */
const COUNTED = { ...PUBLIC, rate: 'address' } as const;
/** The script of the reference page has megabytes. */
const DOCS_UNITS = 5;
const MEDIA_NAME = /^[\w-]{1,64}\.(jpg|mp4)$/;
const MEDIA_CACHE_SECONDS = 3600;
/** Catalogue, then the id and the version, which is of the content: another cover has another address. */
const COVER_NAME = /^([\w-]{1,64})-([0-9a-f]{16})\.jpg$/;
/** The same of a preview, whose type is that of its bytes. */
const PREVIEW_NAME = /^([\w-]{1,64})-([0-9a-f]{16})$/;
const COVER_CACHE_SECONDS = 31_536_000;

export interface SystemParts {
  /** Rejects while a part that requests need is down. */
  checkReady: () => Promise<void>;
  metrics: Metrics;
  /** Folder of covers and previews of the shipped templates. */
  templateMedia: URL;
  catalog: Pick<Catalog, 'findPreview' | 'readCover'>;
  storage: Pick<FileStorage, 'head' | 'open'>;
}

export async function registerSystemRoutes(app: FastifyInstance, parts: SystemParts): Promise<void> {
  const checkReady = share(() => parts.checkReady());
  const renderMetrics = share(() => parts.metrics.render());
  app.get('/health', { schema: { hide: true }, config: PUBLIC }, (_request, reply) =>
    reply.header('content-type', JSON_TYPE).send(HEALTH),
  );
  app.get('/ready', { schema: { hide: true }, config: COUNTED }, async (_request, reply) => {
    await checkReady();
    return reply.header('content-type', JSON_TYPE).send('{"status":"ready"}');
  });
  app.get('/metrics', { schema: { hide: true }, config: COUNTED }, async (_request, reply) =>
    reply.header('content-type', parts.metrics.contentType).send(await renderMetrics()),
  );
  app.get<{ Params: { name: string } }>(
    '/templates/media/:name',
    { schema: { hide: true }, config: { ...COUNTED, errors: ['not_found'] } },
    async ({ params: { name } }, reply) => {
      const type = MEDIA_NAME.exec(name)?.[1];
      const bytes = type && (await readFile(new URL(name, parts.templateMedia)).catch(() => undefined));
      if (!bytes) throw new AppError('not_found');
      return reply
        .header('content-type', type === 'jpg' ? 'image/jpeg' : 'video/mp4')
        .header('cache-control', `public, max-age=${MEDIA_CACHE_SECONDS}`)
        .header('access-control-allow-origin', '*')
        .send(bytes);
    },
  );
  app.get<{ Params: { catalogue: string; name: string } }>(
    '/templates/covers/:catalogue/:name',
    { schema: { hide: true }, config: { ...COUNTED, errors: ['not_found'] } },
    async ({ params: { catalogue, name } }, reply) => {
      const [, id, version] = COVER_NAME.exec(name) ?? [];
      const image = id && (await parts.catalog.readCover(catalogue, id, version));
      if (!image) throw new AppError('not_found');
      return reply
        .header('content-type', 'image/jpeg')
        .header('cache-control', `public, max-age=${COVER_CACHE_SECONDS}, immutable`)
        .header('x-content-type-options', 'nosniff')
        .send(image);
    },
  );
  app.get<{ Params: { catalogue: string; name: string } }>(
    '/templates/previews/:catalogue/:name',
    { schema: { hide: true }, config: { ...COUNTED, errors: ['not_found'] } },
    async ({ params, headers }, reply) => sendPreview(parts, { ...params, range: headers.range }, reply),
  );
  await app.register(registerDocs);
}

/** Sends the copy of a preview video, or the part of it that a player asks for. */
async function sendPreview(
  { catalog, storage }: SystemParts,
  { catalogue, name, range }: { catalogue: string; name: string; range: string | undefined },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const [, id, version] = PREVIEW_NAME.exec(name) ?? [];
  const found = id && (await catalog.findPreview(catalogue, id, version));
  const object = found ? await storage.head(found.key) : null;
  if (!found || !object) throw new AppError('not_found');
  const outcome = resolveRange(range, object.sizeBytes);
  if (outcome === 'unsatisfiable')
    return reply.code(416).header('content-range', `bytes */${object.sizeBytes}`).send();
  const part = outcome === 'whole' ? undefined : outcome;
  const opened = await storage.open(found.key, part);
  if (!opened) throw new AppError('not_found');
  if (part) reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${object.sizeBytes}`);
  return reply
    .header('content-type', found.content_type)
    .header('content-length', part ? part.end - part.start + 1 : object.sizeBytes)
    .header('accept-ranges', 'bytes')
    .header('cache-control', `public, max-age=${COVER_CACHE_SECONDS}, immutable`)
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; media-src 'self'; sandbox")
    .send(opened.stream);
}

/** What the field for the key shows by the viewer's maker while it is empty. */
const MAKERS_PLACEHOLDER = 'QUxMIFlPVVIgQkFTRSBBUkUgQkVMT05HIFRPIFVT';
const OWN_PLACEHOLDER = 'ak_test… or sign in to the dashboard';
const PLACE_OF_VIEWER = '<div id="app"></div>';
/** Lets a person who is signed in try calls without a key (dashboard/public/docs-session.js). */
const SESSION_SCRIPT = '<script src="/docs-session.js"></script>';

/** Puts our words and the session into what the viewer sends; its script has megabytes, so each text is done once. */
function createDresser(): (text: string) => string {
  const done = new Map<string, string>();
  return (text) => {
    const known = done.get(text);
    if (known !== undefined) return known;
    const dressed = text
      .replaceAll(MAKERS_PLACEHOLDER, OWN_PLACEHOLDER)
      .replace(PLACE_OF_VIEWER, `${PLACE_OF_VIEWER}${SESSION_SCRIPT}`);
    if (done.size < DRESSED_MAX) done.set(text, dressed);
    return dressed;
  };
}

/** The page and its script. */
const DRESSED_MAX = 4;

/** The reference page: its script and styles come from this server, and nothing else may load. */
async function registerDocs(scope: FastifyInstance): Promise<void> {
  const dress = createDresser();
  scope.addHook('onSend', async (_request, _reply, payload) =>
    typeof payload === 'string' ? dress(payload) : payload,
  );
  scope.addHook('onRoute', (route) => {
    route.config = { ...COUNTED, units: DOCS_UNITS, ...route.config };
  });
  await scope.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", "'unsafe-inline'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        fontSrc: ["'self'", 'data:'],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
      },
    },
  });
  await scope.register(scalar, {
    routePrefix: '/docs',
    configuration: {
      url: '/openapi.json',
      title: 'Reelay API',
      telemetry: false,
      withDefaultFonts: false,
      hideClientButton: true,
      // The page talks to this server alone: no assistant, no connector, no toolbar of the vendor.
      agent: { disabled: true },
      mcp: { disabled: true },
      showDeveloperTools: 'never',
      authentication: { preferredSecurityScheme: 'apiKey' },
    },
  });
}
