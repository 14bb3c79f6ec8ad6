/** WCAG 2.2 AA on every screen, in both themes and languages, on a phone and on a desk; and nothing scrolls sideways. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, OWNER } from '../helpers/api-client.ts';
import { axeViolations, sidewaysScroll } from '../helpers/audit.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { PATIENCE_MS, says, settled, signIn, visit } from '../helpers/web-app.ts';
import { endSessionsOf, type Fleet, makeFleet, makePeople, ZOE } from './furnished.ts';
import { EMPTY, FURNISHED, type Screen, SIGNED_OUT, show } from './screens.ts';

const THEMES = ['dark', 'light'] as const;
const AXE_WIDTHS = [390, 1440];
const LAYOUT_WIDTHS = [320, 390, 768, 1440];
const HEIGHT = 900;

let hub: Hub;
let browser: Browser;
let owner: ApiClient;
let fleet: Fleet;
/** The same hub in English and in French. */
let pages: OpenPage[];

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub(), launchBrowser()]);
  pages = await Promise.all([openPage(browser, { language: 'en' }), openPage(browser, { language: 'fr' })]);
  for (const { page } of pages) {
    page.setDefaultTimeout(PATIENCE_MS);
    await page.goto(hub.url);
  }
});
afterAll(async () => {
  fleet?.powerOff();
  await browser.close();
  await hub.close();
});

/** What is wrong with this screen, in words; both languages at once. */
async function faults(screen: Screen): Promise<string[]> {
  return (await Promise.all(pages.map((open) => faultsOf(open, screen)))).flat();
}

async function faultsOf({ page, problems }: OpenPage, screen: Screen): Promise<string[]> {
  const found: string[] = [];
  for (const width of AXE_WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    await show(page, screen, width);
    for (const theme of THEMES) {
      await page.emulateMedia({ colorScheme: theme });
      found.push(...(await axeViolations(page)).map((line) => `${theme} ${width}: ${line}`));
    }
  }
  const lang = await page.locator('html').getAttribute('lang');
  found.push(...(await layoutFaults(page, lang)));
  const unexpected = problems.splice(0).filter((text) => screen.problems?.test(text) !== true);
  return [...found, ...unexpected].map((line) => `${lang} ${line}`);
}

async function layoutFaults(page: OpenPage['page'], lang: string | null): Promise<string[]> {
  const found: string[] = [];
  for (const width of LAYOUT_WIDTHS) {
    await page.setViewportSize({ width, height: HEIGHT });
    const overflow = await sidewaysScroll(page);
    if (overflow !== undefined) found.push(`scrolls sideways at ${width}: ${overflow}`);
    const stretched = lang === 'en' ? await sidewaysScroll(page, { stretch: true }) : undefined;
    if (stretched !== undefined) found.push(`scrolls sideways at ${width} with longer words: ${stretched}`);
  }
  return found;
}

describe('nothing to complain of', () => {
  it('on the first step of the setup', async () => {
    const found = await faults({ name: 'setup: owner', path: '/setup', has: 'input[name="new-password"]' });
    owner = await makePeople(hub);
    for (const { page } of pages) await page.reload();
    expect(found).toEqual([]);
  });

  it.each(SIGNED_OUT)('on the screen: $name', async (screen) => {
    expect(await faults(screen)).toEqual([]);
  });

  it('when both are signed in, each in their language', async () => {
    const [english, french] = pages;
    if (english === undefined || french === undefined) throw new Error('two pages');
    await Promise.all([signIn(english.page, hub, OWNER), signIn(french.page, hub, ZOE)]);
    await says(french.page, 'Appareils');
    await says(english.page, 'Devices');
  });

  it.each(EMPTY)('on the screen: $name', async (screen) => {
    expect(await faults(screen)).toEqual([]);
  });

  it.each(FURNISHED)('on the screen: $name', async (screen) => {
    fleet ??= await makeFleet(hub, owner);
    expect(await faults(screen)).toEqual([]);
  });

  it('when the session has ended', async () => {
    for (const { page } of pages) await visit(page, '/settings');
    await endSessionsOf(hub, OWNER.username);
    await endSessionsOf(hub, ZOE.username);
    for (const { page } of pages) await page.locator('dialog[open] input[name="password"]').waitFor();
    const found = await Promise.all(pages.map(({ page }) => axeViolations(page)));
    expect(found.flat()).toEqual([]);
  });

  it('when the hub is gone', async () => {
    const { page } = await openPage(browser);
    await signIn(page, hub, OWNER, '/access/people');
    await settled(page);
    await hub.stop();
    await visit(page, '/access/sessions');
    await page.locator('main .err').waitFor();
    await page.locator('.bar-off').waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: HEIGHT });
    expect(await sidewaysScroll(page)).toBeUndefined();
  });
});
