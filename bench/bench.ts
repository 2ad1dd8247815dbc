// What every measurement gives `npm run bench`, and how it prints its figures. State: the figures since the last taking.

export interface BenchOptions {
  /** Shorter and smaller: to see that it runs, not for figures. */
  quick: boolean;
  /** A folder of its own; it may not exist yet, and is removed afterwards. */
  dataDir: string;
}

export interface Bench {
  /** For `--only`. */
  name: string;
  /** One line. */
  about: string;
  /**
   * Measures and prints. @throws when it could not measure; a figure beyond its bound is printed and is not
   * an error.
   */
  run(options: BenchOptions): Promise<void>;
}

/** One measured value, with its bound if it has one. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  digits?: number;
  atMost?: number;
  atLeast?: number;
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

const figuresSince: Figure[] = [];

/** Keeps figures that are printed in another form. */
export function keepFigures(figures: readonly Figure[]): void {
  figuresSince.push(...figures);
}

/** The figures that were printed or kept since the last call. */
export function takeFigures(): Figure[] {
  return figuresSince.splice(0);
}

/** Prints a line for each figure: what, how much, and whether it is within its bound. */
export function printFigures(figures: readonly Figure[]): void {
  keepFigures(figures);
  for (const figure of figures) printLine(describeFigure(figure));
}

/** Whether a figure meets its bounds. */
export function isWithin({ value, atMost, atLeast }: Figure): boolean {
  return value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? -1);
}

function describeFigure(figure: Figure): string {
  const { name, value, unit, digits = 0, atMost, atLeast } = figure;
  const show = (amount: number) => amount.toFixed(digits);
  const bound =
    atMost === undefined && atLeast === undefined
      ? ''
      : `  (${atMost === undefined ? 'at least' : 'at most'} ${show(atMost ?? (atLeast as number))}: ${isWithin(figure) ? 'yes' : 'NO'})`;
  return `  ${name.padEnd(56)} ${show(value).padStart(9)} ${unit}${bound}`;
}

/** The value below which the share of the values lies; not a number if there are no values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}

/** Asks until the answer is good. @throws when that takes longer than the time. */
export async function waitFor<Answer>(
  ask: () => Promise<Answer>,
  isGood: (answer: Answer) => boolean,
  { withinMs, everyMs = 250, what }: { withinMs: number; everyMs?: number; what: string },
): Promise<Answer> {
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isGood(answer)) return answer;
    if (performance.now() > untilMs) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await sleep(everyMs);
  }
}
