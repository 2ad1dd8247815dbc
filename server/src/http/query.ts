// Reads query parameters: each known one in its type, all faults in one answer, one sentence for each parameter. Names
// that an endpoint does not know are ignored, since pollers and proxies add some against caches.
import { AppError } from '../errors.ts';
import { isUuid } from '../lib/ids.ts';

const TEXT_CHARACTERS_MAX = 300;

export class Query {
  readonly #values: Record<string, unknown>;
  /** What is said of each parameter that is at fault: the first fault that was found. */
  readonly #errors = new Map<string, string>();

  constructor(query: unknown) {
    this.#values = query as Record<string, unknown>;
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string') return this.#refuse(name, 'is given more than once');
    if (value.length > TEXT_CHARACTERS_MAX || /\p{Cc}/u.test(value))
      return this.#refuse(name, 'is not a valid text');
    return value;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) this.#refuse(name, 'is required');
    return value ?? '';
  }

  integer(name: string, range: { min: number; max: number; fallback: number }): number {
    const value = this.text(name);
    if (value === undefined) return range.fallback;
    const number = Number(value);
    if (/^\d{1,9}$/.test(value) && number >= range.min && number <= range.max) return number;
    this.#refuse(name, `must be a whole number from ${range.min} to ${range.max}`);
    return range.fallback;
  }

  choice<Choice extends string>(name: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const found = choices.find((choice) => choice === value);
    return found ?? this.#refuse(name, `must be one of ${choices.join(', ')}`);
  }

  id(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined || isUuid(value)) return value;
    return this.#refuse(name, 'must be an id as a list gives it');
  }

  /** Unix seconds. */
  time(name: string): Date | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (/^\d{1,10}$/.test(value)) return new Date(Number(value) * 1000);
    return this.#refuse(name, 'must be a time in Unix seconds');
  }

  /** Call after the last parameter was read. @throws AppError `validation_failed`. */
  check(): void {
    if (this.#errors.size === 0) return;
    const errors = [...this.#errors].map(([name, fault]) => `${name}: ${fault}`);
    throw new AppError('validation_failed', { errors });
  }

  #refuse(name: string, fault: string): undefined {
    if (!this.#errors.has(name)) this.#errors.set(name, fault);
    return undefined;
  }
}
