// The effect templates that a model can be asked for.
import { useQuery } from '@tanstack/react-query';
import { clientApi } from './client.ts';
import { useScope } from './queries.ts';

/** A template, whatever its catalogue calls its parts. */
export interface ModelTemplate {
  id: string;
  title: string;
  cover: string | undefined;
  /** Resolutions with their prices; empty where one price holds for all. */
  prices: { resolution: string; credits: number }[];
  picturesMin: number | undefined;
  picturesMax: number | undefined;
}

interface Item {
  TemplateId?: string;
  template?: string;
  Title?: string;
  Title_en?: string;
  name?: string;
  Cover?: string;
  cover?: string;
  InputNum?: number;
  ConsumeItems?: { Resolution: string; Credit: number }[];
  Reelay?: { MinInputs?: number; MaxInputs?: number };
}

function readItem(item: Item): ModelTemplate {
  const id = item.TemplateId ?? item.template ?? '';
  const { MinInputs: min = item.InputNum, MaxInputs: max = item.InputNum } = item.Reelay ?? {};
  return {
    id,
    title: item.Title_en ?? item.Title ?? item.name ?? id.replaceAll('_', ' '),
    cover: item.Cover ?? item.cover,
    prices: (item.ConsumeItems ?? []).map(({ Resolution, Credit }) => ({
      resolution: Resolution,
      credits: Credit,
    })),
    picturesMin: min,
    picturesMax: max,
  };
}

const CATALOGUES = ['bytedance', 'vidu', 'kling'];
const PAGE_SIZE = 50;
/** More are not looked through; the gallery has them all. */
const PAGES_MAX = 8;

function catalogueOf(model: string): string {
  const vendor = model.split('/')[0];
  return CATALOGUES.includes(vendor) ? vendor : 'bytedance';
}

async function readAll(catalogue: string, signal: AbortSignal): Promise<ModelTemplate[]> {
  const all: ModelTemplate[] = [];
  for (let page = 1; page <= PAGES_MAX; page++) {
    const query = { page, page_size: PAGE_SIZE };
    const path = `/job/${catalogue}-templates`;
    const answer = await clientApi.get<{ total: number; templates: Item[] }>(path, { query, signal });
    all.push(...answer.templates.map(readItem));
    if (answer.templates.length < PAGE_SIZE || all.length >= answer.total) break;
  }
  return all;
}

/** @param model undefined asks for nothing. */
export function useModelTemplates(model: string | undefined) {
  const scope = useScope();
  const catalogue = model === undefined ? undefined : catalogueOf(model);
  return useQuery({
    queryKey: scope('model-templates', catalogue),
    queryFn: ({ signal }) => readAll(catalogue ?? '', signal),
    enabled: catalogue !== undefined,
    staleTime: 60_000,
  });
}
