// The effect templates that a model can be asked for.

import { useQuery } from '@tanstack/react-query';
import { clientApi } from './client.ts';
import { useScope } from './queries.ts';
import type { Template } from './wire.ts';

const CATALOGUES = ['bytedance', 'vidu', 'kling'];
/** More are not offered here; the gallery has them all. */
const TEMPLATES_MAX = 300;
const NONE: readonly string[] = [];

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

/**
 * The resolutions that a template is offered in, for a model whose schema leaves them to its templates; empty until they are
 * known. @param id undefined asks for nothing.
 */
export function useTemplateResolutions(model: string | undefined, id: string | undefined): readonly string[] {
  const scope = useScope();
  const vendor = model === undefined ? undefined : catalogueOf(model);
  const { data } = useQuery({
    queryKey: scope('template-resolutions', vendor, id),
    queryFn: async ({ signal }) => {
      const query = { template_id: id };
      const path = `/job/${vendor}-templates`;
      const { templates } = await clientApi.get<{
        templates: { ConsumeItems?: { Resolution: string }[] }[];
      }>(path, { query, signal });
      return (templates[0]?.ConsumeItems ?? []).map(({ Resolution }) => Resolution);
    },
    enabled: vendor !== undefined && id !== undefined,
    staleTime: 60_000,
  });
  return data ?? NONE;
}
