// Separates code from comments and strings, so that a rule about code does not react to a sentence, and the
// other way round. A scanner, not a parser: it knows comments, quotes, templates and regular expressions, and
// keeps every line in place.

export interface SourceText {
  /** Comments and the contents of strings are blank. */
  code: string;
  /** Only comments are blank. */
  withoutComments: string;
}

type Kind = 'code' | 'comment' | 'string';

interface Span {
  kind: Kind;
  end: number;
}

const REGEX_MAY_FOLLOW =
  /(?:[=(,:;!&|?{}[+\-*%<>~^]|=>|\b(?:return|typeof|case|in|of|do|else|await|yield))\s*$/;

/** Where the literal that begins at `start` ends; an escape never ends it, but the end of the line does. */
function endOfQuoted(text: string, start: number, closing: string): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === closing || text[at] === '\n') return at + 1;
  }
  return text.length;
}

function endOfRegex(text: string, start: number): number {
  let isInClass = false;
  for (let at = start + 1; at < text.length; at++) {
    const letter = text[at];
    if (letter === '\\') at++;
    else if (letter === '\n') return at;
    else if (letter === '[') isInClass = true;
    else if (letter === ']') isInClass = false;
    else if (letter === '/' && !isInClass) return at + 1;
  }
  return text.length;
}

function startsRegex(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - 40), at);
  return before.trim() === '' || REGEX_MAY_FOLLOW.test(before);
}

/** What begins at a place in plain code; undefined for code itself. */
function spanAt(text: string, at: number): Span | undefined {
  const two = text.slice(at, at + 2);
  if (two === '//' || (two === '#!' && at === 0)) {
    const end = text.indexOf('\n', at);
    return { kind: 'comment', end: end === -1 ? text.length : end };
  }
  if (two === '/*') {
    const end = text.indexOf('*/', at + 2);
    return { kind: 'comment', end: end === -1 ? text.length : end + 2 };
  }
  const letter = text[at];
  if (letter === "'" || letter === '"') return { kind: 'string', end: endOfQuoted(text, at, letter) };
  if (letter === '/' && startsRegex(text, at)) return { kind: 'string', end: endOfRegex(text, at) };
  return undefined;
}

/** The end of the text part of a template that continues at `start`: after its backtick, or after a `${`. */
function endOfTemplatePart(text: string, start: number): { end: number; opens: boolean } {
  for (let at = start; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '`') return { end: at + 1, opens: false };
    else if (text.startsWith('${', at)) return { end: at + 2, opens: true };
  }
  return { end: text.length, opens: false };
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

/** Splits a TypeScript source into code, strings and comments. */
export function readSource(text: string): SourceText {
  const code: string[] = [];
  const withoutComments: string[] = [];
  const put = (kind: Kind, from: number, end: number) => {
    const part = text.slice(from, end);
    code.push(kind === 'code' ? part : blank(part));
    withoutComments.push(kind === 'comment' ? blank(part) : part);
  };
  /** The depth of braces inside each open template expression. */
  const templates: number[] = [];
  let at = 0;
  const readTemplate = (start: number) => {
    const { end, opens } = endOfTemplatePart(text, start);
    put('string', at, end);
    if (opens) templates.push(0);
    at = end;
  };
  while (at < text.length) {
    const span = spanAt(text, at);
    if (span) {
      put(span.kind, at, span.end);
      at = span.end;
      continue;
    }
    const letter = text[at];
    if (letter === '`') {
      readTemplate(at + 1);
      continue;
    }
    const depth = templates.at(-1);
    if (depth !== undefined && letter === '}' && depth === 0) {
      templates.pop();
      readTemplate(at + 1);
      continue;
    }
    if (depth !== undefined && letter === '{') templates[templates.length - 1]++;
    if (depth !== undefined && letter === '}') templates[templates.length - 1]--;
    put('code', at, at + 1);
    at++;
  }
  return { code: code.join(''), withoutComments: withoutComments.join('') };
}
