// Accessibility by axe: the rules of WCAG 2.2 A and AA, on what is shown now.
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Of one rule on one page: the first say enough. */
const NODES_MAX = 3;

/**
 * A line for elements that break a rule; open menus and dialogs are looked at as they are.
 * @param only these rules instead of all.
 */
export async function findBarriers(page: Page, only?: string[]): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  const { violations } = await (only ? axe.withRules(only) : axe.withTags(RULES)).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes
      .slice(0, NODES_MAX)
      .map(
        ({ target, failureSummary }) =>
          `${id} at ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`,
      ),
  );
}
