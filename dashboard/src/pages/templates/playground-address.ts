// Where *Use* leads: the playground with the template's model, and with the template in what is entered there. That stands
// in the fragment, as the playground writes it itself.
import type { Template } from '../../api/templates.ts';
import { paths } from '../../paths.ts';

export function playgroundAddressOf({ model, input_field: field, template_id: id }: Template): string {
  const bytes = new TextEncoder().encode(JSON.stringify({ [field]: id }));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const text = btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  return `${paths.playground({ model: model ?? undefined })}#input=${text}`;
}
