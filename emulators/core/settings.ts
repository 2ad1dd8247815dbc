// The settings of an emulator: those of the core, and those that an API declares with their defaults.
import type { Json } from '../../server/src/lib/json.ts';

/** What every test can change while an emulator runs. */
export interface Settings {
  /** How long a job waits. Default 300 ms. */
  queueMs: number;
  /** How long a job runs. Default 1500 ms. */
  runMs: number;
  /** Jobs that run at once; null is any number. */
  concurrency: number | null;
  /** Accepted and refused starts in any 60 s; null is any number. */
  startsPerMinute: number | null;
  /** Settings of one API, with the defaults that it declares. */
  [own: string]: Json;
}

/** An API as far as settings go: its own, with their defaults. */
interface SettingsOwner {
  settings?: Readonly<Record<string, Json>>;
}

/** An invalid change; the message says what to fix. */
export class SettingRefused extends Error {
  override readonly name = 'SettingRefused';
}

const QUEUE_MS = 300;
const RUN_MS = 1500;

/** The defaults of an API. */
export function defaultSettings(api: SettingsOwner): Settings {
  return { queueMs: QUEUE_MS, runMs: RUN_MS, concurrency: null, startsPerMinute: null, ...api.settings };
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  return value === null ? 'null' : typeof value;
}

function judge(name: string, value: unknown, fallback: Json): string | undefined {
  const isNumber = typeof value === 'number' && Number.isFinite(value) && value >= 0;
  if (name === 'queueMs' || name === 'runMs')
    return isNumber ? undefined : `"${name}" is a number, not negative`;
  if (name === 'concurrency' || name === 'startsPerMinute') {
    return value === null || (isNumber && Number.isInteger(value))
      ? undefined
      : `"${name}" is a whole number or null`;
  }
  return typeOf(value) === typeOf(fallback) ? undefined : `"${name}" is: ${typeOf(fallback)}`;
}

/** Changes settings in place, all or none. @throws SettingRefused. */
export function changeSettings(api: SettingsOwner, settings: Settings, changes: Partial<Settings>): void {
  const defaults = defaultSettings(api);
  for (const [name, value] of Object.entries(changes)) {
    const problem = Object.hasOwn(defaults, name)
      ? judge(name, value, defaults[name])
      : `There is no setting "${name}"; there are ${Object.keys(defaults).join(', ')}`;
    if (problem !== undefined) throw new SettingRefused(problem);
  }
  Object.assign(settings, changes);
}
