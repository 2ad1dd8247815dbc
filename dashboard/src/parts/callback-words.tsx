// What the states of callbacks and of signatures are called, and how they look.

import { CircleCheck, CircleHelp, CircleX, Clock, ShieldCheck, ShieldX } from 'lucide-react';
import type { CallbackState, InboxRequest, Occasion } from '../api/wire.ts';
import { Chip } from '../ui/chip.tsx';
import type { FilterChoice } from '../ui/filter-chips.tsx';

const STATES = {
  pending: { word: 'Waiting', tone: undefined, icon: <Clock size={12} aria-hidden /> },
  delivered: { word: 'Delivered', tone: 'ok', icon: <CircleCheck size={12} aria-hidden /> },
  failed: { word: 'Given up', tone: 'bad', icon: <CircleX size={12} aria-hidden /> },
  gone: { word: 'Refused for good', tone: 'bad', icon: <CircleX size={12} aria-hidden /> },
} as const satisfies Record<CallbackState, object>;

/** In the order of a filter. */
export const CALLBACK_STATES: readonly CallbackState[] = ['pending', 'delivered', 'failed', 'gone'];

const OCCASIONS: Record<Occasion, string> = {
  end: 'End of a task',
  late: 'Late result',
  balance: 'Low balance',
};

const SIGNATURES = {
  valid: { word: 'Signature verified', tone: 'ok', icon: <ShieldCheck size={12} aria-hidden /> },
  invalid: { word: 'Signature wrong', tone: 'bad', icon: <ShieldX size={12} aria-hidden /> },
  absent: { word: 'Not signed', tone: undefined, icon: <CircleHelp size={12} aria-hidden /> },
} as const satisfies Record<InboxRequest['signature'], object>;

export function CallbackStateChip({ state }: { state: CallbackState }) {
  const { word, tone, icon } = STATES[state];
  return (
    <Chip tone={tone} icon={icon}>
      {word}
    </Chip>
  );
}

export function SignatureChip({ signature }: { signature: InboxRequest['signature'] }) {
  const { word, tone, icon } = SIGNATURES[signature];
  return (
    <Chip tone={tone} icon={icon}>
      {word}
    </Chip>
  );
}

export function nameOfState(state: CallbackState): string {
  return STATES[state].word;
}

/** The chips that narrow a log to a state. @param hrefOf the log with that state; undefined is every state. */
export function listStateFilters(
  chosen: string | undefined,
  hrefOf: (state: CallbackState | undefined) => string,
): FilterChoice[] {
  return [undefined, ...CALLBACK_STATES].map((state) => ({
    name: state ? nameOfState(state) : 'All',
    href: hrefOf(state),
    isChosen: chosen === state,
  }));
}

export function nameOfOccasion(occasion: Occasion): string {
  return OCCASIONS[occasion];
}

/** What came of a try: "200", or why there was no answer. */
export function answerOf(made: { http_status: number | null; error: string | null }): string {
  return made.http_status === null ? (made.error ?? 'No answer') : String(made.http_status);
}
