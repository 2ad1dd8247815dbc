// What the pages of the guides do: search, copy code, and fold the list of pages on a phone. They can be read without it.

interface Section {
  address: string;
  title: string;
  heading: string;
  text: string;
}

const FOUND_MAX = 12;
const EXCERPT_CHARACTERS = 110;
const COPIED_MS = 1_500;
const NARROW = '(max-width: 767px)';

let sections: Promise<readonly Section[]> | undefined;

function readSections(): Promise<readonly Section[]> {
  sections ??= fetch('/docs/guides/search.json').then((answer) => answer.json() as Promise<Section[]>);
  // Looked for again when the next letter is typed.
  sections.catch(() => {
    sections = undefined;
  });
  return sections;
}

/** How well a section fits; 0 where a word is missing. A word in a heading counts for more than one in the text. */
function scoreOf({ title, heading, text }: Section, words: readonly string[]): number {
  let score = 0;
  for (const word of words) {
    const inHeading = heading.toLowerCase().includes(word);
    const inTitle = title.toLowerCase().includes(word);
    const inText = text.toLowerCase().includes(word);
    if (!inHeading && !inTitle && !inText) return 0;
    score += (inHeading ? 8 : 0) + (inTitle ? 4 : 0) + (inText ? 1 : 0);
  }
  return score;
}

function excerptOf(text: string, word: string): string {
  const at = Math.max(0, text.toLowerCase().indexOf(word) - EXCERPT_CHARACTERS / 3);
  const from = at === 0 ? 0 : text.indexOf(' ', at) + 1;
  const part = text.slice(from, from + EXCERPT_CHARACTERS);
  return `${from > 0 ? '… ' : ''}${part}${from + EXCERPT_CHARACTERS < text.length ? ' …' : ''}`;
}

function element(tag: string, className: string, text: string): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function itemOf(section: Section, word: string): HTMLLIElement {
  const { address, title, heading, text } = section;
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = address;
  link.append(
    element('strong', '', heading === '' ? title : heading),
    element('em', '', heading === '' ? '' : title),
    element('span', '', excerptOf(text, word)),
  );
  item.append(link);
  return item;
}

function startSearch(search: HTMLElement): void {
  const field = search.querySelector('input');
  const list = search.querySelector('ul');
  if (!field || !list) return;
  search.hidden = false;
  const close = () => {
    list.hidden = true;
  };
  const show = async () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = words.length === 0 ? [] : await readSections();
    const scored = all.map((section) => ({ section, score: scoreOf(section, words) }));
    const best = scored.filter(({ score }) => score > 0).sort((one, other) => other.score - one.score);
    const items = best.slice(0, FOUND_MAX).map(({ section }) => itemOf(section, words[0]));
    list.replaceChildren(
      ...(items.length > 0 ? items : [element('li', 'nothing', 'Nothing has these words')]),
    );
    list.hidden = words.length === 0;
  };
  field.addEventListener('input', () => void show());
  field.addEventListener('focus', () => void show());
  search.addEventListener('keydown', (event) => {
    const links = [...list.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter' && at === -1) links[0]?.click();
    else if (event.key === 'ArrowDown') links[Math.min(at + 1, links.length - 1)]?.focus();
    else if (event.key === 'ArrowUp') (at > 0 ? links[at - 1] : field).focus();
    else return;
    event.preventDefault();
  });
  document.addEventListener('click', ({ target }) => {
    if (target instanceof Node && !search.contains(target)) close();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target instanceof HTMLInputElement) return;
    event.preventDefault();
    field.focus();
  });
}

/** Comments, strings and the words of the languages that the guides have. */
const TOKENS =
  /(?<comment>(?:^|(?<=\s))(?:\/\/|#)[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|\b(?<word>import|from|export|const|let|await|async|return|function|new|throw|try|catch|if|else|while|do|for|of|in|def|with|as|raise|not|print)\b/g;

function paint(block: HTMLElement): void {
  const code = block.querySelector('code');
  if (!code || block.dataset.language === 'text') return;
  const text = code.textContent ?? '';
  const parts: (string | Node)[] = [];
  let from = 0;
  for (const { 0: token, index, groups = {} } of text.matchAll(TOKENS)) {
    const [kind = ''] = Object.entries(groups).find(([, found]) => found !== undefined) ?? [];
    parts.push(text.slice(from, index), element('span', kind, token));
    from = index + token.length;
  }
  code.replaceChildren(...parts, text.slice(from));
}

function addCopyButton(block: HTMLElement): void {
  const frame = element('div', 'code', '');
  const button = element('button', 'copy', 'Copy') as HTMLButtonElement;
  button.type = 'button';
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(block.textContent ?? '');
    button.textContent = 'Copied';
    setTimeout(() => {
      button.textContent = 'Copy';
    }, COPIED_MS);
  });
  block.replaceWith(frame);
  frame.append(block, button);
}

for (const search of document.querySelectorAll<HTMLElement>('search')) startSearch(search);
for (const block of document.querySelectorAll<HTMLElement>('article pre')) {
  paint(block);
  addCopyButton(block);
}
for (const side of document.querySelectorAll<HTMLDetailsElement>('details.side'))
  side.open = !matchMedia(NARROW).matches;
