// Times: relative to look at, exact on hover and focus, ISO when copied. One timer serves the whole page.
import { useSyncExternalStore } from 'react';
import styles from './signs.module.css';
import { Tooltip } from './tooltip.tsx';

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = Date.now();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  nowMs = Date.now();
  timer ??= setInterval(() => {
    nowMs = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The time now, in steps. @param stepMs how often what is drawn changes. */
export function useNow(stepMs = TICK_MS): number {
  return useSyncExternalStore(listen, () => Math.floor(nowMs / stepMs) * stepMs);
}

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** "4 min", "2 d": the largest whole unit. */
export function formatSpan(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [size, name] = UNITS.find(([unit]) => seconds >= unit) ?? UNITS[3];
  return `${Math.floor(seconds / size)} ${name}`;
}

/** "1 min 20 s", "36 s", "0.4 s": how long something took. */
export function formatLength(ms: number): string {
  if (ms < 10_000) return `${Math.round(ms / 100) / 10} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function relative(atMs: number, now: number): string {
  const passed = now - atMs;
  if (Math.abs(passed) < 5_000) return 'now';
  return passed >= 0 ? `${formatSpan(passed)} ago` : `in ${formatSpan(-passed)}`;
}

const LOCAL = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'long' });

/** Local time with its zone, then UTC. */
export function formatExact(at: Date): string {
  return `${LOCAL.format(at)} · ${at.toISOString().replace('T', ' ').slice(0, 19)} UTC`;
}

/** @param props.at ISO text, or milliseconds. */
export function Time({ at }: { at: string | number }) {
  const date = new Date(at);
  const age = Math.abs(Date.now() - date.getTime());
  const now = useNow(age < 120_000 ? TICK_MS : 30_000);
  return (
    <Tooltip label={formatExact(date)}>
      <time
        className={styles.time}
        dateTime={date.toISOString()}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the exact time must be found by keyboard too
        tabIndex={0}
        onCopy={(event) => copyExact(event, date)}
      >
        {relative(date.getTime(), now)}
      </time>
    </Tooltip>
  );
}

function copyExact(event: React.ClipboardEvent, date: Date): void {
  event.preventDefault();
  event.clipboardData.setData('text/plain', date.toISOString());
}
