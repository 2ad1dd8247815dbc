// Serves the dashboard, as dashboard/build.ts made it: the page at the addresses of the application, under a policy that
// lets nothing in but this server, and its files. An unknown file is not there; the page never stands in for one.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { registerGuides } from './guides.ts';
import { addPageHeaders } from './page-headers.ts';

const DIST = new URL('../../../dashboard/dist/', import.meta.url);
const PAGE = 'index.html';
/** Pages that are sent at other addresses than their own. */
const PAGES: readonly string[] = [PAGE, 'guides.html'];
/** First names of the addresses of the application, as in dashboard/src/paths.ts. */
const PLACES: readonly string[] = [
  'playground',
  'models',
  'templates',
  'tasks',
  'keys',
  'usage',
  'callbacks',
  'account',
  'setup',
  'sign-in',
  'sign-up',
  'invitation',
  'welcome',
  'operator',
];
const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};
/** Names of files in assets/ hold a digest of their contents. */
const FOREVER = 'public, max-age=31536000, immutable';
const ENCODINGS = [
  { name: 'br', ending: '.br' },
  { name: 'gzip', ending: '.gz' },
] as const;
const PUBLIC = { access: 'public', rate: 'none', errors: ['not_found'] } as const;

interface BuiltFile {
  type: string;
  tag: string;
  /** The contents as they are, and in each encoding that makes them smaller. */
  bodies: Partial<Record<'identity' | 'br' | 'gzip', Buffer>>;
}

export interface DashboardParts {
  /** Where clients reach this server; results are shown from there. */
  publicUrl: () => string;
}

/**
 * Adds the dashboard and the guides. Without a build, `/` leads to the reference page and the other addresses are not there.
 * The files are read once: a build beside a running server is seen by the next start.
 */
export async function registerDashboard(app: FastifyInstance, parts: DashboardParts): Promise<void> {
  const options = { schema: { hide: true }, config: PUBLIC };
  await registerGuides(app, parts.publicUrl);
  const files = await readBuild();
  const page = files.get(PAGE);
  if (!page) {
    app.get('/', options, (_request, reply) => reply.redirect('/docs'));
    return;
  }
  const sendPage = (request: FastifyRequest, reply: FastifyReply) => {
    const { origin } = new URL(parts.publicUrl());
    if (isOtherName(request.host, origin)) return reply.redirect(`${origin}${request.url}`);
    addPageHeaders(reply, origin);
    return sendFile(request, reply, page);
  };
  app.get('/', options, sendPage);
  for (const place of PLACES) {
    app.get(`/${place}`, options, sendPage);
    app.get(`/${place}/*`, options, sendPage);
  }
  for (const [name, file] of files) {
    if (PAGES.includes(name) || name.startsWith('assets/')) continue;
    app.get(`/${name}`, options, (request, reply) => {
      reply.header('cache-control', 'no-cache');
      return sendFile(request, reply, file);
    });
  }
  app.get<{ Params: { '*': string } }>('/assets/*', options, (request, reply) => {
    const file = files.get(`assets/${request.params['*']}`);
    if (!file) throw new AppError('not_found');
    reply.header('cache-control', FOREVER);
    return sendFile(request, reply, file);
  });
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** Whether a page was asked for under another name of this machine: cookies of one do not count for the other. */
function isOtherName(host: string, origin: string): boolean {
  const asked = URL.parse(`http://${host}`);
  const own = new URL(origin);
  if (!asked || asked.host === own.host || asked.port !== own.port) return false;
  return [asked, own].every(({ hostname }) => LOOPBACK_NAMES.includes(hostname));
}

async function readBuild(): Promise<Map<string, BuiltFile>> {
  const names = await readdir(DIST, { recursive: true }).catch((): string[] => []);
  const files = new Map<string, BuiltFile>();
  for (const name of names) {
    const type = TYPES[name.split('.').at(-1) ?? ''];
    if (!type) continue;
    const identity = await readFile(new URL(name, DIST));
    const tag = `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`;
    const bodies: BuiltFile['bodies'] = { identity };
    for (const { name: encoding, ending } of ENCODINGS) {
      if (names.includes(`${name}${ending}`))
        bodies[encoding] = await readFile(new URL(`${name}${ending}`, DIST));
    }
    files.set(name.replaceAll('\\', '/'), { type, tag, bodies });
  }
  return files;
}

function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, tag, bodies }: BuiltFile,
): FastifyReply {
  reply.headers({ 'content-type': type, etag: tag, vary: 'accept-encoding' });
  if (request.headers['if-none-match'] === tag) return reply.code(304).send();
  const accepted = String(request.headers['accept-encoding'] ?? '').split(/[\s,;]+/);
  const found = ENCODINGS.find(({ name }) => bodies[name] && accepted.includes(name));
  if (found) reply.header('content-encoding', found.name);
  return reply.send(bodies[found?.name ?? 'identity']);
}
