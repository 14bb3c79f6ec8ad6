/** RUCHE_ANONYMOUS=open: every page says that the hub is open, readable in both themes and at every width. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER, setUpOwner } from '../helpers/api-client.ts';
import { axeViolations, sidewaysScroll } from '../helpers/audit.ts';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { says, signIn, visit } from '../helpers/web-app.ts';

let hub: Hub;
let browser: Browser;

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub({ env: { RUCHE_ANONYMOUS: 'open' } }), launchBrowser()]);
  await setUpOwner(hub);
});
afterAll(async () => {
  await browser.close();
  await hub.close();
});

describe('an open hub', () => {
  it.each([
    { theme: 'dark', language: 'fr', width: 1440, words: 'Tout le monde peut se connecter' },
    { theme: 'light', language: 'en', width: 390, words: 'Everybody may connect' },
  ] as const)('is said on every page: $theme, $language, $width px', async ({ words, ...options }) => {
    const { page, problems } = await openPage(browser, options);
    await signIn(page, hub, OWNER, '/');
    for (const path of ['/', '/devices', '/scores', '/access/people', '/settings']) {
      await visit(page, path);
      await says(page, words);
      expect(await axeViolations(page), path).toEqual([]);
    }
    await page.setViewportSize({ width: 320, height: 700 });
    expect(await sidewaysScroll(page, { stretch: true })).toBeUndefined();
    expect(problems).toEqual([]);
  });
});
