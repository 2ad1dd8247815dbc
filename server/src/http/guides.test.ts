import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildDashboard } from '../../../test/stage/built-dashboard.ts';
import { renderMarkdown } from './markdown.ts';
import { createTestApi } from './testing.ts';

await buildDashboard();
const api = await createTestApi();
const PLACE = '/docs/guides';

async function read(path: string): Promise<{ status: number; headers: Headers; text: string }> {
  const answer = await fetch(`${api.url}${path}`);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const NAMES = readdirSync(new URL('../../../docs/guides/', import.meta.url)).map((name) =>
  name.replace('.md', ''),
);

it('has a page for each guide, listed on all of them, under a policy that lets nothing else in', async () => {
  const index = await read(PLACE);
  for (const name of NAMES) {
    expect(index.text).toContain(`href="${PLACE}/${name}"`);
    const { status, headers, text } = await read(`${PLACE}/${name}`);
    expect([name, status]).toEqual([name, 200]);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(text).toContain(`href="${PLACE}/${name}" aria-current="page"`);
    expect(text).not.toMatch(/\{\{(title|page|guides|headings)\}\}|<style|<script>|<[^>]* (style|on\w+)="/);
  }
  expect((await read(`${PLACE}/nothing`)).status).toBe(404);
});

it('links pages and headings that are there', async () => {
  const pages = new Map<string, string>();
  const links: [from: string, to: string][] = [];
  const { text: index } = await read(PLACE);
  for (const [, path] of index.matchAll(/href="(\/docs\/guides\/[\w-]+)"/g))
    if (!pages.has(path)) pages.set(path, (await read(path)).text);
  for (const [path, text] of pages)
    for (const [, to] of text.matchAll(/href="([^"]*)"/g))
      if (to.startsWith('#') || to.startsWith(PLACE)) links.push([path, to.startsWith('#') ? path + to : to]);
  const broken = links.filter(([, to]) => {
    const [path, anchor] = to.split('#');
    const page = path === PLACE ? index : pages.get(path);
    return page === undefined || (anchor !== undefined && !page.includes(`id="${anchor}"`));
  });
  expect([links.length > 200, broken]).toEqual([true, []]);
});

it('has an index of the sections for a search', async () => {
  const sections = JSON.parse((await read(`${PLACE}/search.json`)).text) as Record<string, string>[];
  expect(sections).toContainEqual({
    address: `${PLACE}/receiving-callbacks#fastify`,
    title: 'Receiving callbacks',
    heading: 'Fastify',
    text: expect.stringContaining('parser of its own'),
  });
});

it('shows the text of a document as text', () => {
  const document = `# A <b>title</b>

First & \`code <i>\` with [words](a.md) and [none](b.md), **strong** *quiet*.

<!-- a remark -->
| one | two |
|---|---|
| \`a\\|b\` | <script> |

- item
  goes on
- \`{{ x }}\`

1. first

\`\`\`js
if (a < b && "c") {}
\`\`\`

## Next \`step\`
`;
  const { title, summary, html, sections } = renderMarkdown(document, (target) =>
    target === 'a.md' ? '/a"' : undefined,
  );
  expect([title, summary]).toEqual(['A <b>title</b>', 'First & code <i> with words and none, strong quiet.']);
  expect(html.split('\n')).toEqual([
    '<h1>A &lt;b&gt;title&lt;/b&gt;</h1>',
    '<p>First &amp; <code>code &lt;i&gt;</code> with <a href="/a&quot;">words</a> and none, <strong>strong</strong> <em>quiet</em>.</p>',
    '<div class="table" tabindex="0"><table><thead><tr><th>one</th><th>two</th></tr></thead><tbody><tr><td><code>a|b</code></td><td>&lt;script&gt;</td></tr></tbody></table></div>',
    '<ul><li>item goes on</li>',
    '<li><code>{{ x }}</code></li></ul>',
    '<ol><li>first</li></ol>',
    '<pre tabindex="0" data-language="js"><code>if (a &lt; b &amp;&amp; &quot;c&quot;) {}</code></pre>',
    '<h2 id="next-step"><a class="anchor" href="#next-step">Next <code>step</code></a></h2>',
  ]);
  expect(sections.map(({ heading, anchor }) => [heading, anchor])).toEqual([
    ['', ''],
    ['Next step', 'next-step'],
  ]);
});
