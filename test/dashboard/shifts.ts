// What moved on a page by itself. https://web.dev/articles/cls: what follows an input within half a second does not count.
import type { Page } from 'playwright-core';

/** Less than a ten-thousandth of the page: digits of a time that is counted up. */
const LEAST = 0.000_05;

interface Shift {
  share: number;
  /** The first words of what moved, with its places before and after. */
  what: string;
}

function readAll(page: Page, sinceMs: number): Promise<Shift[]> {
  return page.evaluate(`new Promise((resolve) => {
    const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
    const describe = ({ node, previousRect, currentRect }) =>
      (node?.textContent ?? '').slice(0, 40) + ': ' + place(previousRect) + ' to ' + place(currentRect);
    const observer = new PerformanceObserver((list) => {
      const entries = list.getEntries().filter((entry) => !entry.hadRecentInput && entry.startTime > ${sinceMs});
      resolve(entries.map(({ value, sources }) => ({ share: value, what: sources.map(describe).join(', ') })));
    });
    observer.observe({ type: 'layout-shift', buffered: true });
    // Nobody calls the observer of a page on which nothing moved.
    requestAnimationFrame(() => requestAnimationFrame(() => resolve([])));
  })`);
}

/** The clock of the page, by which `sinceMs` is meant. */
export function clockOf(page: Page): Promise<number> {
  return page.evaluate('performance.now()');
}

/** What moved since the page was opened, or since a moment of its clock. */
export async function findShifts(page: Page, sinceMs = 0): Promise<string[]> {
  const shifts = await readAll(page, sinceMs);
  return shifts
    .filter(({ share }) => share > LEAST)
    .map(({ share, what }) => `moved ${share.toFixed(5)} ${what}`);
}
