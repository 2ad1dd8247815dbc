// Where *Use* leads: the playground with the template's model, and with the template in what is entered there. That stands
// in the fragment, as the playground writes it itself.
import type { Template } from '../../api/wire.ts';
import { encodeDraft } from '../../parts/draft-fragment.ts';
import { paths } from '../../paths.ts';

export function playgroundAddressOf({ model, input_field: field, template_id: id }: Template): string {
  return `${paths.playground({ model: model ?? undefined })}#${encodeDraft({ [field]: id })}`;
}
