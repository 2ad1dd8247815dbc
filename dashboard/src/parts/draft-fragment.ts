// What was entered in the playground, as the fragment of its address: the playground writes it, and a template leads there by one.
import type { Input } from '../api/models.ts';

const PREFIX = 'input=';

/** The fragment, without its #. */
export function encodeDraft(values: Input): string {
  const bytes = new TextEncoder().encode(JSON.stringify(values));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return PREFIX + btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @returns undefined for a fragment that holds none. */
export function decodeDraft(fragment: string): Input | undefined {
  if (!fragment.startsWith(PREFIX)) return undefined;
  try {
    const binary = atob(fragment.slice(PREFIX.length).replaceAll('-', '+').replaceAll('_', '/'));
    const value = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0))));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // Somebody shortened the link: begin with nothing.
    return undefined;
  }
}
