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
  // In the page itself, and with details of what is wrong alone: half the time of a run that also opens an empty page and
  // describes all that is right. Frames of other origins would need that page; the dashboard has no frames.
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
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

/**
 * The same in the light theme and in the dark one, without a reload: a page that follows the system changes colours, and
 * nothing else, so that in the second one contrast alone is looked at.
 */
export async function findBarriersInBothThemes(page: Page): Promise<string[]> {
  const light = await findBarriers(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await findBarriers(page, ['color-contrast']);
  await page.emulateMedia({ colorScheme: 'light' });
  return [...light, ...dark.map((fault) => `dark: ${fault}`)];
}
