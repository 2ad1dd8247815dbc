// The time of one emulator. It is the real time until it is stopped or moved ahead; jobs, expiries, quotas
// and callbacks all follow it. Only sockets do not: their time limits are real.
import { type Clock, systemClock } from '../../server/src/lib/time.ts';
import { TimeQueue } from './heap.ts';

interface Timer {
  atMs: number;
  run: () => void;
  isCancelled: boolean;
}

/** Longer waits overflow Node's timers; a wait is simply checked again. */
const WAIT_MS_MAX = 2 ** 31 - 1;

export class EmulatorClock {
  readonly #system: Clock;
  readonly #timers = new TimeQueue<Timer>();
  #aheadMs = 0;
  /** Set while the clock stands still. */
  #frozenMs: number | undefined;
  #wakeUp: NodeJS.Timeout | undefined;

  constructor(system: Clock = systemClock) {
    this.#system = system;
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.#frozenMs ?? this.#system() + this.#aheadMs;
  }

  /** Whether it stands still until it is advanced. */
  get isManual(): boolean {
    return this.#frozenMs !== undefined;
  }

  /** Stops the clock where it is, or lets it continue from there. */
  setManual(isManual: boolean): void {
    if (isManual === this.isManual) return;
    if (isManual) {
      this.#frozenMs = this.now();
    } else {
      this.#aheadMs = this.now() - this.#system();
      this.#frozenMs = undefined;
    }
    this.#arm();
  }

  /**
   * Moves the time ahead, whether it runs or stands; everything that falls due on the way runs at its own
   * time.
   */
  advance(milliseconds: number): void {
    const wasManual = this.isManual;
    this.setManual(true);
    const target = this.now() + milliseconds;
    for (let timer = this.#timers.takeDue(target); timer; timer = this.#timers.takeDue(target)) {
      this.#frozenMs = Math.max(this.now(), timer.atMs);
      if (!timer.isCancelled) timer.run();
    }
    this.#frozenMs = target;
    this.setManual(wasManual);
  }

  /** Runs once at a time, never before this call returns. The returned function cancels it. */
  at(atMs: number, run: () => void): () => void {
    const timer: Timer = { atMs, run, isCancelled: false };
    this.#timers.add(timer);
    this.#arm();
    return () => {
      timer.isCancelled = true;
    };
  }

  /** Forgets everything that was to run. */
  close(): void {
    clearTimeout(this.#wakeUp);
    this.#timers.clear();
  }

  #arm(): void {
    clearTimeout(this.#wakeUp);
    const next = this.#timers.first();
    if (!next || this.isManual) return;
    const waitMs = Math.min(WAIT_MS_MAX, Math.max(0, next.atMs - this.now()));
    this.#wakeUp = setTimeout(() => this.#runDue(), waitMs);
    this.#wakeUp.unref();
  }

  #runDue(): void {
    const nowMs = this.now();
    for (let timer = this.#timers.takeDue(nowMs); timer; timer = this.#timers.takeDue(nowMs)) {
      if (!timer.isCancelled) timer.run();
    }
    this.#arm();
  }
}
