// The effect templates that a model can be asked for.
import { useQuery } from '@tanstack/react-query';
import { clientApi } from './client.ts';
import { useScope } from './queries.ts';
import type { Template } from './templates.ts';

const CATALOGUES = ['bytedance', 'vidu', 'kling'];
/** More are not offered here; the gallery has them all. */
const TEMPLATES_MAX = 300;

function catalogueOf(model: string): string {
  const vendor = model.split('/')[0];
  return CATALOGUES.includes(vendor) ? vendor : 'bytedance';
}

/** @param model undefined asks for nothing. */
export function useModelTemplates(model: string | undefined) {
  const scope = useScope();
  const vendor = model === undefined ? undefined : catalogueOf(model);
  return useQuery({
    queryKey: scope('model-templates', vendor),
    queryFn: async ({ signal }) => {
      const query = { vendor, limit: TEMPLATES_MAX };
      return (await clientApi.get<{ templates: Template[] }>('/job/Templates', { query, signal })).templates;
    },
    enabled: vendor !== undefined,
    staleTime: 60_000,
  });
}
