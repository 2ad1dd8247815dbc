// The guides, and the documents that clients read, as pages beside the reference. They are made once, from the Markdown of the
// repository, within the page that dashboard/build.ts has made; without a build they are not there.
import { readdir, readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../errors.ts';
import { JSON_TYPE } from './answer.ts';
import { escapeHtml, type RenderedPage, renderMarkdown } from './markdown.ts';
import { addPageHeaders } from './page-headers.ts';

const ROOT = new URL('../../../', import.meta.url);
const TEMPLATE = new URL('dashboard/dist/guides.html', ROOT);
const GUIDES = 'docs/guides/';
const PLACE = '/docs/guides';

/** The guides in the order in which they are listed; those that are not named follow by their names. */
const FIRST = [
  'from-crun',
  'from-kie',
  'from-openai',
  'from-fal-and-replicate',
  'python',
  'command-line',
  'ai-sdk',
  'agents',
  'n8n',
  'receiving-callbacks',
  'testing-in-ci',
];
/** Documents that clients read, by the name of their page. */
const REFERENCES: Readonly<Record<string, string>> = {
  api: 'docs/api.md',
  'account-api': 'docs/account-api.md',
  sdk: 'sdk/README.md',
  doors: 'docs/doors.md',
  clients: 'docs/clients.md',
  callbacks: 'docs/callbacks.md',
  'test-mode': 'docs/test-mode.md',
  models: 'docs/models.md',
  errors: 'docs/errors.md',
};
/** Of a section in the index of the search. */
const TEXT_CHARACTERS_MAX = 800;

interface Page extends RenderedPage {
  name: string;
  /** Its file in the repository. */
  file: string;
  isGuide: boolean;
}

const CONFIG = { access: 'public', rate: 'address', errors: ['not_found'] } as const;

/** Adds the pages. @param publicUrl where clients reach this server. */
export async function registerGuides(app: FastifyInstance, publicUrl: () => string): Promise<void> {
  const template = await readFile(TEMPLATE, 'utf8').catch(() => undefined);
  if (template === undefined) return;
  const pages = await readPages();
  const html = new Map(pages.map((page) => [page.name, fillTemplate(template, pages, page)]));
  const index = renderIndex(pages);
  html.set('', fillTemplate(template, pages, index));
  const search = JSON.stringify(listSections(pages));
  const options = { schema: { hide: true }, config: CONFIG };
  app.get(`${PLACE}/search.json`, options, (_request, reply) =>
    reply.header('content-type', JSON_TYPE).header('cache-control', 'no-cache').send(search),
  );
  for (const address of [PLACE, `${PLACE}/`, `${PLACE}/:name`]) {
    app.get<{ Params: { name?: string } }>(address, options, ({ params: { name = '' } }, reply) => {
      const page = html.get(name);
      if (page === undefined) throw new AppError('not_found');
      addPageHeaders(reply, new URL(publicUrl()).origin);
      return reply.header('content-type', 'text/html; charset=utf-8').send(page);
    });
  }
}

async function readPages(): Promise<Page[]> {
  const names = (await readdir(new URL(GUIDES, ROOT))).map((name) => name.replace(/\.md$/, ''));
  const rank = (name: string) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  const guides = names.toSorted((one, other) => rank(one) - rank(other) || (one < other ? -1 : 1));
  const files = [
    ...guides.map((name) => ({ name, file: `${GUIDES}${name}.md`, isGuide: true })),
    ...Object.entries(REFERENCES).map(([name, file]) => ({ name, file, isGuide: false })),
  ];
  const addresses = new Map(files.map(({ name, file }) => [file, `${PLACE}/${name}`]));
  return Promise.all(
    files.map(async (one) => {
      const text = await readFile(new URL(one.file, ROOT), 'utf8');
      return { ...one, ...renderMarkdown(text, (target) => linkFrom(one.file, target, addresses)) };
    }),
  );
}

/** The address of what a document links to; undefined for a file of the repository that has no page. */
function linkFrom(from: string, target: string, addresses: ReadonlyMap<string, string>): string | undefined {
  if (/^https?:/.test(target) || target.startsWith('#')) return target;
  const base = 'repository:///';
  const { pathname, hash } = new URL(target, `${base}${from}`);
  const address = addresses.get(pathname.slice(1));
  return address === undefined ? undefined : `${address}${hash}`;
}

function renderIndex(pages: readonly Page[]): Pick<Page, 'name' | 'title' | 'html' | 'sections'> {
  const list = (isGuide: boolean) =>
    pages
      .filter((page) => page.isGuide === isGuide)
      .map(
        ({ name, title, summary }) =>
          `<li><a href="${PLACE}/${name}"><strong>${escapeHtml(title)}</strong><span>${escapeHtml(shorten(summary))}</span></a></li>`,
      )
      .join('\n');
  const html = `<h1>Guides</h1>
<p>What you have now, and what you want to build, each on one page with code that is run by the tests of this server.</p>
<ul class="cards">${list(true)}</ul>
<h2 id="reference">Reference</h2>
<p>The whole description of the API, to read and to try: <a href="/docs/">API reference</a>.</p>
<ul class="cards">${list(false)}</ul>`;
  return { name: '', title: 'Guides', html, sections: [] };
}

/** The first sentence. */
function shorten(text: string): string {
  return /^.*?[.:](?=\s|$)/.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

function fillTemplate(
  template: string,
  pages: readonly Page[],
  { name, title, html, sections }: Pick<Page, 'name' | 'title' | 'html' | 'sections'>,
): string {
  const list = (isGuide: boolean) =>
    pages
      .filter((page) => page.isGuide === isGuide)
      .map((page) => {
        const current = page.name === name ? ' aria-current="page"' : '';
        return `<li><a href="${PLACE}/${page.name}"${current}>${escapeHtml(page.title)}</a></li>`;
      })
      .join('\n');
  const headings = sections
    .filter(({ heading }) => heading !== '')
    .map(({ heading, anchor }) => `<li><a href="#${anchor}">${escapeHtml(heading)}</a></li>`);
  const values: Record<string, string> = {
    title: escapeHtml(title),
    guides: list(true),
    references: list(false),
    headings: headings.length > 1 ? headings.join('\n') : '',
    page: html,
  };
  return template.replace(/\{\{(\w+)\}\}/g, (mark, key: string) => values[key] ?? mark);
}

/** What a search looks through: the sections of all pages. */
function listSections(pages: readonly Page[]): object[] {
  return pages.flatMap(({ name, title, sections }) =>
    sections.map(({ heading, anchor, text }) => ({
      address: anchor === '' ? `${PLACE}/${name}` : `${PLACE}/${name}#${anchor}`,
      title,
      heading,
      text: text.slice(0, TEXT_CHARACTERS_MAX),
    })),
  );
}
