// Where Vidu's calls go and how they are authorized. The base address is the host alone.
import type { CallContext } from '../contract.ts';

export const PREFIX = '/ent/v2';

/** The word is `Token`, not `Bearer`: https://platform.vidu.com/docs/quick-start. */
export function authorize({ credential }: CallContext): Record<string, string> {
  return { authorization: `Token ${credential.fields.api_key}` };
}
