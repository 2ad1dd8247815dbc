// The bounds of a key as a person types them, and as the server takes them. The server decides what is right.
import type { ApiKey, KeyChange } from '../../api/wire.ts';
import { formatCredits } from '../../ui/money.tsx';

/** The fields of the form; an empty text is no bound. */
export interface LimitTexts {
  creates: string;
  window: string;
  openTasks: string;
  day: string;
  total: string;
  models: string;
  addresses: string;
  expires: string;
  /** Agents may use it over MCP although it is a live key. */
  hasLiveAgents: boolean;
  agentsAbove: string;
}

/** The fields that are typed. */
export type TextName = Exclude<keyof LimitTexts, 'hasLiveAgents'>;

export const NO_LIMITS: LimitTexts = {
  creates: '',
  window: '',
  openTasks: '',
  day: '',
  total: '',
  models: '',
  addresses: '',
  expires: '',
  hasLiveAgents: false,
  agentsAbove: '',
};

const text = (value: number | null) => (value === null ? '' : String(value));

export function textsOf(key: ApiKey): LimitTexts {
  return {
    creates: String(key.creates_max),
    window: String(key.creates_window_s),
    openTasks: text(key.open_tasks_max),
    day: text(key.credits_day_max),
    total: text(key.credits_total_max),
    models: key.models?.join(', ') ?? '',
    addresses: key.addresses?.join(', ') ?? '',
    expires: key.expires_at?.slice(0, 10) ?? '',
    hasLiveAgents: key.agents_live,
    agentsAbove: text(key.agents_confirm_above),
  };
}

function numberOf(value: string): number | null {
  const trimmed = value.replaceAll(',', '').trim();
  return trimmed === '' ? null : Number(trimmed);
}

function listOf(value: string): string[] | null {
  const words = value.split(/[\s,]+/).filter((word) => word !== '');
  return words.length === 0 ? null : words;
}

/** A sentence on each field that holds no number; the rest is checked by the server. */
export function findTextFaults(texts: LimitTexts): string[] {
  const names = {
    creates: 'Creates',
    window: 'Seconds',
    openTasks: 'Open tasks',
    day: 'A day',
    total: 'In all',
    agentsAbove: 'Agents ask above',
  };
  return Object.entries(names).flatMap(([field, name]) => {
    const value = numberOf(texts[field as keyof typeof names]);
    return value !== null && !(value >= 0) ? [`${name}: must be a number`] : [];
  });
}

export function limitsOf(texts: LimitTexts): KeyChange {
  return {
    creates_max: numberOf(texts.creates) ?? undefined,
    creates_window_s: numberOf(texts.window) ?? undefined,
    open_tasks_max: numberOf(texts.openTasks),
    credits_day_max: numberOf(texts.day),
    credits_total_max: numberOf(texts.total),
    models: listOf(texts.models),
    addresses: listOf(texts.addresses),
    // The last day counts, so it ends with its last moment.
    expires_at: texts.expires === '' ? null : `${texts.expires}T23:59:59Z`,
    agents_live: texts.hasLiveAgents,
    agents_confirm_above: numberOf(texts.agentsAbove),
  };
}

/** What is used of the budget that will end first, in words. */
export function tightestOf(key: ApiKey): string {
  const budgets = [
    { used: key.credits_today, max: key.credits_day_max, words: 'today' },
    { used: key.credits_total, max: key.credits_total_max, words: 'in all' },
  ].flatMap(({ max, ...budget }) => (max === null ? [] : [{ ...budget, max }]));
  const [first] = budgets.toSorted((one, other) => one.max - one.used - (other.max - other.used));
  if (!first) return `${formatCredits(key.credits_total)} in all`;
  return `${formatCredits(first.used)} of ${formatCredits(first.max)} ${first.words}`;
}

/** What agents may do with a key, where it is not the usual: a test key they may always use, a live one never. */
export function agentWords({ mode, agents_live, agents_confirm_above }: ApiKey): string | undefined {
  const above = agents_confirm_above;
  const asks = above === null ? undefined : `a person agrees above ${formatCredits(above)} credits`;
  if (mode === 'live' && !agents_live) return undefined;
  if (mode === 'live') return ['Agents may use it', asks].filter(Boolean).join('; ');
  return asks && `Agents: ${asks}`;
}
