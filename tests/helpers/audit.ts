/** What every screen is held to: axe finds nothing, nothing scrolls sideways, also with words a third longer. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WCAG_2_2_AA = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Words of other languages are this much longer than English ones. */
const STRETCH = 1.35;

/** One line for each violation: the rule, where, and why. */
export async function axeViolations(page: Page): Promise<string[]> {
  // evaluated by the debugger, so that the page's own Content-Security-Policy stays as it is
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const options = { runOnly: WCAG_2_2_AA, resultTypes: ['violations'] };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all, none }) => {
      const why = [...any, ...all, ...none].map(({ message }) => message).join('; ');
      return `${id} at ${target.join(' ')}: ${why}`;
    }),
  );
}

/** Pixels by which the page is wider than the window, with the element that reaches furthest; undefined when it fits. */
export function sidewaysScroll(page: Page, { stretch = false } = {}): Promise<string | undefined> {
  return page.evaluate(
    ({ factor }) => {
      const originals = new Map<Text, string>();
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (factor > 1 && walker.nextNode()) {
        const text = walker.currentNode;
        // names, numbers and code are the same in every language
        if (!(text instanceof Text) || text.parentElement?.closest('code, .mono, .num, svg') !== null) continue;
        originals.set(text, text.data);
        text.data = text.data.replace(/\p{L}{2,}/gu, (word) => word.padEnd(Math.ceil(word.length * factor), 'ö'));
      }
      const overflow = document.documentElement.scrollWidth - innerWidth;
      const reach = (element: Element) => element.getBoundingClientRect().right;
      const all = [...document.body.querySelectorAll('*')];
      const end = Math.max(...all.map(reach));
      const furthest = all.findLast((element) => reach(element) === end);
      for (const [text, original] of originals) text.data = original;
      return overflow > 0 ? `${overflow} px, by ${furthest?.outerHTML.slice(0, 120)}` : undefined;
    },
    { factor: stretch ? STRETCH : 1 },
  );
}
