/** The web app as people use it: signing in, going from page to page, waiting for what it says. */
import type { Locator, Page } from 'playwright-core';
import { OWNER } from './api-client.ts';
import type { Hub } from './start-hub.ts';
import { until } from './until.ts';

/** Everything a page waits for is there long before; a machine that is busy elsewhere still gets its time. */
export const PATIENCE_MS = 15_000;

/** Signs in on the sign-in page and ends on `path`. */
export async function signIn(
  page: Page,
  hub: Pick<Hub, 'url'>,
  who: { username: string; password: string } = OWNER,
  path = '/',
) {
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(`${hub.url}/login?next=${encodeURIComponent(path)}`);
  await page.locator('input[name="username"]').fill(who.username);
  await page.locator('input[name="password"]').fill(who.password);
  await page.locator('button[type="submit"]').click();
  await page.locator('main.main h1').first().waitFor();
}

/** Goes to another address the way Back and Forward do: without loading the app again. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate', { state: null }));
  }, path);
  await settled(page);
}

/** Everything on its way has arrived: no chunk, no skeleton, no turning button. */
export async function settled(page: Page): Promise<void> {
  await until(
    () =>
      page.evaluate(
        () =>
          document.querySelector('h1') !== null &&
          document.querySelector('.progress-line, [aria-busy="true"]') === null,
      ),
    { timeoutMs: PATIENCE_MS, what: `${page.url()} to be complete` },
  );
}

/** The first thing on the page that says this. */
export const says = (page: Page | Locator, text: string | RegExp): Promise<void> =>
  page.getByText(text).first().waitFor();

/** The word in the sidebar that tells how live the page is. */
export const linkSays = (page: Page, word: string): Promise<void> =>
  page.locator('.side .livebox').getByText(word).waitFor();
