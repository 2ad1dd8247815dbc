// The form of a mail: the same words as plain text and as simple HTML. What comes from people (names, addresses) is
// text in both, never markup.

/** What a mail says. */
export interface Letter {
  /** Of a kind that the log may name. */
  kind: string;
  subject: string;
  paragraphs: readonly string[];
  /** What the receiver is asked to open; it may be a secret. */
  link?: { label: string; url: string };
}

const ESCAPES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? '');
}

/** The mail in its two forms. @param sender where it comes from, such as the public address of the server. */
export function renderLetter({ paragraphs, link }: Letter, sender: string): { text: string; html: string } {
  const foot = `Sent by Reelay at ${sender}`;
  const blocks = [...paragraphs, ...(link ? [`${link.label}:\n${link.url}`] : []), `-- \n${foot}`];
  const action = link && `<p><a href="${escapeMarkup(link.url)}">${escapeMarkup(link.label)}</a></p>`;
  const body = [
    ...paragraphs.map((paragraph) => `<p>${escapeMarkup(paragraph)}</p>`),
    ...(action ? [action, `<p>${escapeMarkup(link.url)}</p>`] : []),
    `<p><small>${escapeMarkup(foot)}</small></p>`,
  ];
  return {
    text: `${blocks.join('\n\n')}\n`,
    html: `<!doctype html>\n<html lang="en"><body>\n${body.join('\n')}\n</body></html>\n`,
  };
}
