// Turns the Markdown of the documents into HTML: headings, paragraphs, lists of one level, tables, code, links, emphasis. Every
// text is escaped, and markup within a document is shown as it is written; only its comments are left out.

/** A part of a page that a search can find. */
export interface PageSection {
  heading: string;
  /** Empty for what stands before the first heading below the title. */
  anchor: string;
  /** Without markup. */
  text: string;
}

export interface RenderedPage {
  title: string;
  /** The first paragraph, without markup. */
  summary: string;
  html: string;
  sections: PageSection[];
}

/** @param linkTo the address behind a target; undefined for one that leads nowhere, whose words then stand alone. */
type LinkTo = (target: string) => string | undefined;

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const FENCE = /^```(\w*)$/;
const ITEM = /^(?:[-*]|(\d+)\.) +(.*)$/;
/** Of the private area of Unicode: no document has it. */
const ASIDE = '\uE000';
const MARK = new RegExp(`${ASIDE}(\\d+)${ASIDE}`, 'g');
const HEADING = /^(#{1,4}) +(.*)$/;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ESCAPES[sign]);
}

/** The anchor that a heading gets on code hosts, which the links in the documents use. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');
}

/** A text without the signs of Markdown. */
function toPlain(text: string): string {
  return text.replace(/\[([^\]]*)\]\([^)\s]*\)/g, '$1').replace(/[`*]/g, '');
}

function renderInline(text: string, linkTo: LinkTo): string {
  // Code may stand within a link, so links are looked for in the whole, with the code put aside.
  const kept: string[] = [];
  const putAside = (code: string) => {
    const inner = escapeHtml(code.replace(/^`+ ?| ?`+$/g, ''));
    return `${ASIDE}${kept.push(`<code>${inner}</code>`) - 1}${ASIDE}`;
  };
  const parts = text.split(/(`+[^`]+`+)/);
  return parts
    .map((part, at) => (at % 2 === 1 ? putAside(part) : escapeHtml(part)))
    .join('')
    .replace(/!?\[([^\]]*)\]\(([^)\s]+)\)/g, (_, words: string, target: string) => {
      const address = linkTo(target.replaceAll('&amp;', '&'));
      return address === undefined ? words : `<a href="${escapeHtml(address)}">${words}</a>`;
    })
    .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
    .replace(/(^|[\s(])\*([^*\s][^*]*)\*/g, '$1<em>$2</em>')
    .replaceAll(MARK, (_, at: string) => kept[Number(at)]);
}

function cellsOf(row: string): string[] {
  const inner = row.trim().replace(/^\||\|$/g, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** Reads a document line by line; each method takes the lines of one block. */
class Reader {
  readonly #lines: readonly string[];
  readonly #linkTo: LinkTo;
  #at = 0;
  #html: string[] = [];
  title = '';
  summary = '';
  sections: PageSection[] = [{ heading: '', anchor: '', text: '' }];

  constructor(text: string, linkTo: LinkTo) {
    this.#lines = text.replace(/<!--[\s\S]*?-->\n?/g, '').split('\n');
    this.#linkTo = linkTo;
  }

  read(): RenderedPage {
    while (this.#at < this.#lines.length) this.#readBlock();
    const { title, summary } = this;
    const sections = this.sections.filter(({ heading, text }) => heading !== '' || text !== '');
    return { title, summary, html: this.#html.join('\n'), sections };
  }

  #readBlock(): void {
    const line = this.#lines[this.#at];
    if (line.trim() === '') this.#at += 1;
    else if (FENCE.test(line)) this.#readCode(line);
    else if (HEADING.test(line)) this.#readHeading(line);
    else if (line.startsWith('|')) this.#readTable();
    else if (ITEM.test(line)) this.#readList(line);
    else this.#readParagraph();
  }

  /** Takes lines as long as they belong to a block. */
  #take(belongs: (line: string) => boolean): string[] {
    const from = this.#at;
    while (this.#at < this.#lines.length && belongs(this.#lines[this.#at])) this.#at += 1;
    return this.#lines.slice(from, this.#at);
  }

  #note(text: string): void {
    const section = this.sections[this.sections.length - 1];
    section.text = `${section.text} ${toPlain(text)}`.trim();
  }

  #readHeading(line: string): void {
    this.#at += 1;
    const [, { length: level }, words] = HEADING.exec(line) as unknown as [string, string, string];
    const plain = toPlain(words);
    const anchor = anchorOf(plain);
    if (level === 1) this.title = plain;
    else this.sections.push({ heading: plain, anchor, text: '' });
    const inner = renderInline(words, this.#linkTo);
    this.#html.push(
      level === 1
        ? `<h1>${inner}</h1>`
        : `<h${level} id="${anchor}"><a class="anchor" href="#${anchor}">${inner}</a></h${level}>`,
    );
  }

  #readCode(line: string): void {
    this.#at += 1;
    const language = FENCE.exec(line)?.[1] || 'text';
    const code = this.#take((one) => one !== '```').join('\n');
    this.#at += 1;
    this.#note(code);
    this.#html.push(
      `<pre tabindex="0" data-language="${escapeHtml(language)}"><code>${escapeHtml(code)}</code></pre>`,
    );
  }

  #readTable(): void {
    const [head, , ...rows] = this.#take((line) => line.startsWith('|'));
    const row = (line: string, tag: 'td' | 'th') => {
      const cells = cellsOf(line).map((cell) => `<${tag}>${renderInline(cell, this.#linkTo)}</${tag}>`);
      return `<tr>${cells.join('')}</tr>`;
    };
    for (const one of [head, ...rows]) this.#note(cellsOf(one).join(' '));
    const body = rows.map((line) => row(line, 'td')).join('\n');
    this.#html.push(
      `<div class="table" tabindex="0"><table><thead>${row(head, 'th')}</thead><tbody>${body}</tbody></table></div>`,
    );
  }

  #readList(line: string): void {
    const tag = ITEM.exec(line)?.[1] === undefined ? 'ul' : 'ol';
    const items: string[] = [];
    for (const one of this.#take((next) => ITEM.test(next) || /^ +\S/.test(next))) {
      const words = ITEM.exec(one)?.[2];
      if (words === undefined) items[items.length - 1] += ` ${one.trim()}`;
      else items.push(words);
    }
    for (const item of items) this.#note(item);
    const inner = items.map((item) => `<li>${renderInline(item, this.#linkTo)}</li>`);
    this.#html.push(`<${tag}>${inner.join('\n')}</${tag}>`);
  }

  #readParagraph(): void {
    const opens = (line: string) => [FENCE, HEADING, ITEM].some((begin) => begin.test(line));
    const first = this.#at;
    const lines = this.#take((line) => line.trim() !== '' && !line.startsWith('|') && !opens(line));
    const text = lines.length > 0 ? lines.join(' ') : this.#lines[this.#at++];
    if (this.summary === '' && first > 0) this.summary = toPlain(text);
    this.#note(text);
    this.#html.push(`<p>${renderInline(text, this.#linkTo)}</p>`);
  }
}

export function renderMarkdown(text: string, linkTo: LinkTo): RenderedPage {
  return new Reader(text, linkTo).read();
}
