// Quotes that an agent carries: signed, so that nobody but the server or the process that made one can change its price, its
// end or what it is for. A quote is good for one task: its number is the idempotency key of the create.
import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { z } from 'zod/v4';

const QUOTE_SECONDS = 15 * 60;

const quoteSchema = z.object({
  number: z.string(),
  /** The most that the task may cost. */
  credits: z.number(),
  /** Unix seconds. */
  until: z.number(),
  digest: z.string(),
});

export type AgentQuote = z.infer<typeof quoteSchema>;

/** What is asked, whatever the order of its names. */
export interface Order {
  model: string;
  input: Record<string, unknown>;
}

function sortNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortNames);
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).map(([name, item]) => [name, sortNames(item)] as const);
  return Object.fromEntries(pairs.toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

export function digestOf({ model, input }: Order): string {
  return createHash('sha256')
    .update(JSON.stringify([model, sortNames(input)]))
    .digest('base64url');
}

function sign(text: string, secret: Buffer): Buffer {
  return createHmac('sha256', secret).update(text).digest();
}

/** A quote as text. */
export function writeQuote(order: Order, credits: number, secret: Buffer): { id: string; quote: AgentQuote } {
  const until = Math.floor(Date.now() / 1000) + QUOTE_SECONDS;
  const quote = { number: randomUUID(), credits, until, digest: digestOf(order) };
  const text = Buffer.from(JSON.stringify(quote)).toString('base64url');
  return { id: `q_${text}.${sign(text, secret).toString('base64url')}`, quote };
}

/** The quote, or why it is none for this order. */
export function readQuote(id: string, order: Order, secret: Buffer): AgentQuote | string {
  const [, text, signature] = /^q_([\w-]{1,500})\.([\w-]{43})$/.exec(id) ?? [];
  if (text === undefined) return 'quote_id is not one of this server; call quote again';
  if (!timingSafeEqual(sign(text, secret), Buffer.from(signature, 'base64url')))
    return 'quote_id was not made with this key; call quote again';
  const quote = quoteSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  if (quote.digest !== digestOf(order))
    return 'quote_id is for another model or another input; call quote again';
  if (quote.until < Date.now() / 1000) return 'quote_id is too old; call quote again';
  return quote;
}
