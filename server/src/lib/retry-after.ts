// Reads `Retry-After`, of providers and of receivers of callbacks: seconds, or a date in any of the three
// forms that a recipient has to understand (RFC 9110, sections 10.2.3 and 5.6.7). It must never take what is neither for a
// wait: a value that cannot be read says nothing. How long a wait may be is for its callers to say.
import { SECOND_MS } from './time.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';

const DATE_FORMS = [
  // Sun, 06 Nov 1994 08:49:37 GMT
  new RegExp(`^[A-Z][a-z]{2}, (?<day>\\d\\d) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`),
  // Sunday, 06-Nov-94 08:49:37 GMT
  new RegExp(`^[A-Z][a-z]{5,8}, (?<day>\\d\\d)-${MONTH}-(?<year>\\d\\d) ${TIME} GMT$`),
  // Sun Nov  6 08:49:37 1994
  new RegExp(`^[A-Z][a-z]{2} ${MONTH} (?<day>[ \\d]\\d) ${TIME} (?<year>\\d{4})$`),
];

/** Milliseconds from now on; 0 for a date that is over, undefined for a field that is missing or cannot be read. */
export function readRetryAfterMs(field: string | undefined, nowMs: number): number | undefined {
  const text = field?.trim() ?? '';
  if (/^\d{1,9}$/.test(text)) return Number(text) * SECOND_MS;
  const atMs = readDate(text, nowMs);
  return atMs === undefined ? undefined : Math.max(0, atMs - nowMs);
}

function readDate(text: string, nowMs: number): number | undefined {
  const parts = DATE_FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  const [day, hour, minute, second] = [parts.day, parts.hour, parts.minute, parts.second].map(Number);
  const year = parts.year.length === 4 ? Number(parts.year) : wholeYear(Number(parts.year), nowMs);
  const month = MONTHS.indexOf(parts.month);
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  // A leap second is allowed, and is the first of the next minute.
  if (day < 1 || day > days || hour > 23 || minute > 59 || second > 60) return undefined;
  return Date.UTC(year, month, day, hour, minute, second);
}

/** The year of two digits: one that seems more than 50 years ahead is of the century before. */
function wholeYear(digits: number, nowMs: number): number {
  const thisYear = new Date(nowMs).getUTCFullYear();
  const year = thisYear - (thisYear % 100) + digits;
  return year > thisYear + 50 ? year - 100 : year;
}
