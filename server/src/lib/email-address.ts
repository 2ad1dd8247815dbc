// Which texts are taken for an email address. Stricter than the standard on purpose: no quotes, comments, blanks or lists,
// so that two readers of the same text cannot see two different receivers.

const CHARACTERS_MAX = 254;
const LOCAL_CHARACTERS_MAX = 64;
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const DOMAIN = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** Whether a text is one plain address. */
export function isEmailAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const isShort = text.length <= CHARACTERS_MAX && local.length <= LOCAL_CHARACTERS_MAX;
  return isShort && LOCAL.test(local) && DOMAIN.test(text.slice(at + 1));
}
