// Words for what happens to a task: why it failed, what each event of its timeline says.
import { formatCredits } from '../ui/money.tsx';
import type { TaskDetail } from './wire.ts';

const FAILURES: Record<string, string> = {
  content_refused: 'The content was refused',
  input_unusable: 'An input cannot be used',
  invalid_input: 'The input was refused',
  generation_failed: 'The provider failed',
  provider_unavailable: 'No provider could take it',
  outcome_unknown: 'Nobody knows what became of it',
  task_cancelled: 'Cancelled',
  task_expired: 'It took too long and was ended',
  storage_full: 'The file could not be kept',
};

/** The heading of a failed task. */
export function headingForFailure(error: string | undefined): string {
  if (error === undefined) return 'It failed';
  return FAILURES[error] ?? sentence(error);
}

function sentence(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

type Wording = (detail: Record<string, unknown>) => string;

function creditsOf({ credits }: Record<string, unknown>): string {
  return credits === undefined ? '' : `, ${credits} credits charged`;
}

const EVENTS: Record<string, Wording> = {
  'attempt.accepted': ({ provider }) => `Taken by ${provider}`,
  'attempt.rejected': ({ reason }) =>
    `The provider did not take it: ${sentence(String(reason)).toLowerCase()}`,
  'attempt.failed': ({ reason }) => `The provider failed: ${sentence(String(reason)).toLowerCase()}`,
  'attempt.unknown': () => 'The answer to the start was lost; it is looked up',
  'attempt.found': () => 'Found at the provider',
  'attempt.unfetched': () => 'Made; its file is not there yet',
  'attempt.unreadable': () => "The provider's answers cannot be read at the moment",
  'task.cancel_refused': ({ message }) => `It cannot be stopped any more: ${message}`,
  'task.output_missing': ({ kind }) =>
    `The result is there; the ${String(kind).replaceAll('_', ' ')} never came`,
  'task.ended_by_operator': ({ reason }) => `Ended by the operator: ${reason}`,
  'task.succeeded': (detail) => `Done${creditsOf(detail)}`,
  'task.failed': () => 'Failed, nothing charged',
  'task.cancelled': () => 'Cancelled, nothing charged',
  'task.expired': () => 'Expired, nothing charged',
  'task.late_result': () => 'The result came late and is free',
};

/** One line of the timeline, as it is drawn. */
export interface TimelineLine {
  id: string;
  /** Seconds since the task was made. */
  after: number;
  text: string;
  tone: 'quiet' | 'accent' | 'ok' | 'bad';
}

function toneOf(name: string): TimelineLine['tone'] {
  if (name === 'task.succeeded' || name === 'task.late_result') return 'ok';
  if (name === 'task.failed' || name === 'task.expired' || name.endsWith('rejected')) return 'bad';
  return name === 'attempt.failed' ? 'bad' : 'accent';
}

/** The timeline, oldest first; steps of progress fold into one line with their span. */
export function timelineOf({ created_at: begin, price, events }: TaskDetail): TimelineLine[] {
  const text = `Accepted, ${formatCredits(price)} credits held`;
  const lines: TimelineLine[] = [{ id: 'created', after: 0, text, tone: 'quiet' }];
  let folded: { from: number; line: TimelineLine } | undefined;
  for (const { id, name, at, detail } of events) {
    const after = (Date.parse(at) - Date.parse(begin)) / 1000;
    if (name === 'task.progress') {
      const percent = Number(detail.percent);
      if (folded) folded.line.text = `Rendered from ${folded.from} to ${percent} %`;
      else {
        folded = { from: percent, line: { id, after, text: `Rendered ${percent} %`, tone: 'accent' } };
        lines.push(folded.line);
      }
      continue;
    }
    folded = undefined;
    const words = EVENTS[name]?.(detail) ?? sentence(name.replaceAll('.', ' '));
    lines.push({ id, after, text: words, tone: toneOf(name) });
  }
  return lines;
}
