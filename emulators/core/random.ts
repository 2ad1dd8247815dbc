// Ids that look random and come from a seed, so that a run can be repeated.
import { randomInt } from 'node:crypto';

const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';
const HEX = '0123456789abcdef';
const SEED_MAX = 2 ** 32;

/** A random stream; the same seed gives the same stream. */
export class RandomIds {
  #state: number;

  constructor(seed: number = randomInt(SEED_MAX)) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, not including, `limit`. */
  integer(limit: number): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return Math.floor((((mixed ^ (mixed >>> 15)) >>> 0) / SEED_MAX) * limit);
  }

  /** Lower-case letters and digits. */
  letters(length: number): string {
    return this.#pick(LETTERS, length);
  }

  /** Digits, the first of them not 0. */
  digits(length: number): string {
    return this.#pick('123456789', 1) + this.#pick('0123456789', length - 1);
  }

  hex(length: number): string {
    return this.#pick(HEX, length);
  }

  /** In the form of a UUID version 4. */
  uuid(): string {
    const hex = this.hex(30);
    const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(12, 15)}`, `8${hex.slice(15, 18)}`];
    return [...parts, hex.slice(18)].join('-');
  }

  #pick(alphabet: string, length: number): string {
    let text = '';
    for (let index = 0; index < length; index += 1) text += alphabet[this.integer(alphabet.length)];
    return text;
  }
}
