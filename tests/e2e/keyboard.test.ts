/** The main ways through the app with nothing but a keyboard. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { PATIENCE_MS, says, visit } from '../helpers/web-app.ts';
import { type Fleet, makeFleet, makePeople, WAITING } from './furnished.ts';

/** Whatever can be reached is reached within so many presses of Tab. */
const TABS_MAX = 120;

/** A page that is there has painted, and done what it does after that, within this. */
const PAINTED_MS = 300;

let hub: Hub;
let browser: Browser;
let fleet: Fleet;
let open: OpenPage;
let page: Page;

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub(), launchBrowser()]);
  fleet = await makeFleet(hub, await makePeople(hub));
  open = await openPage(browser);
  page = open.page;
  page.setDefaultTimeout(PATIENCE_MS);
});
afterAll(async () => {
  fleet?.powerOff();
  await browser.close();
  await hub.close();
});

const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
const isFocused = (selector: string) =>
  page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);

/** Presses Tab until what has the focus matches. */
async function tabTo(selector: string): Promise<void> {
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    await press('Tab');
    if (await isFocused(selector)) return;
  }
  throw new Error(`Tab never reached ${selector} on ${page.url()}`);
}

describe('by keyboard alone', () => {
  it('somebody signs in', async () => {
    await page.goto(hub.url);
    await heading('Sign in');
    await tabTo('input[name="username"]');
    await page.keyboard.type(OWNER.username);
    await tabTo('input[name="password"]');
    await page.keyboard.type(OWNER.password);
    await press('Enter');
    await heading('Overview');
  });

  it('the first Tab offers to skip the navigation', async () => {
    await page.reload();
    await heading('Overview');
    await press('Tab');
    expect(await isFocused('a.skip')).toBe(true);
    expect(await page.locator('a.skip').boundingBox()).toMatchObject({ x: expect.any(Number) });
    await press('Enter', 'Tab');
    expect(await isFocused('main *')).toBe(true);
  });

  it('g and a letter go to every page, whose heading then has the focus', async () => {
    const pages = { d: 'Devices', p: 'Pair a Simon', s: 'Scores', a: 'Users & access', t: 'Settings', o: 'Overview' };
    for (const [key, name] of Object.entries(pages)) {
      await press('g', key);
      await heading(name);
      await until(() => isFocused('main h1'), { what: `the focus on ${name}` });
    }
  });

  it('? shows every key in a dialog that keeps the focus, and Esc gives it back', async () => {
    await press('g', 't');
    await heading('Settings');
    await tabTo('.sw');
    await press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard' });
    await dialog.waitFor();
    for (let presses = 0; presses < 6; presses += 1) {
      await press('Tab');
      expect(await isFocused('main *, .side *')).toBe(false);
    }
    await press('g', 'd');
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await until(() => isFocused('main .sw'), { what: 'the focus where it was' });
    expect(new URL(page.url()).pathname).toBe('/settings');
  });

  it('the keys can be turned off, and on again', async () => {
    await press('Space', 'g', 'd', '?');
    expect([new URL(page.url()).pathname, await page.locator('dialog[open]').count()]).toEqual(['/settings', 0]);
    await press('Space', 'g', 'd');
    await heading('Devices');
  });

  it('who is faster than the page keeps the focus', async () => {
    await press('g', 't');
    await heading('Settings');
    await page.evaluate(() => {
      new MutationObserver((_, observer) => {
        const search = document.querySelector<HTMLInputElement>('[data-search]');
        if (search === null) return;
        search.focus();
        observer.disconnect();
      }).observe(document.body, { childList: true, subtree: true });
    });
    await press('g', 'd');
    await page.locator('[data-search]').waitFor();
    await page.evaluate((ms) => new Promise((resolve) => setTimeout(resolve, ms)), PAINTED_MS);
    expect(await isFocused('[data-search]')).toBe(true);
    await page.locator('[data-search]').blur();
  });

  it('the list of devices is searched, walked and opened', async () => {
    // The heading is there before the list: the key goes to a field that has come.
    await page.locator('[data-search]').waitFor();
    await press('/');
    await page.keyboard.type('living');
    await says(page, '1 of 3');
    expect(await isFocused('[data-search]')).toBe(true);
    await press('Control+a', 'Delete', 'Tab');
    await says(page, '3 of 3');
    const names = await page.locator('.c-name a').allTextContents();
    for (const [key, index] of [
      ['j', 0],
      ['j', 1],
      ['j', 2],
      ['k', 1],
    ] as const) {
      await press(key);
      await until(() => page.evaluate((name) => document.activeElement?.textContent === name, names[index]), {
        what: `${key} to reach row ${index + 1}`,
      });
    }
    await press('Enter');
    await heading(names[1] ?? '');
  });

  it('a Simon is paired', async () => {
    await press('g', 'p');
    await heading('Pair a Simon');
    await tabTo('.pick input');
    const chosen = page.locator(`.pick:has-text("${WAITING}") input`);
    await until(async () => {
      if (await chosen.isChecked()) return true;
      await press('ArrowDown');
      return false;
    });
    await tabTo('.pairing button[type="submit"]');
    await press('Enter');
    await says(page, `${WAITING} plays for ${OWNER.username}`);
  });

  it('a score is removed and brought back', async () => {
    await press('g', 's');
    await heading('Scores');
    await says(page, '4 of 5');
    await tabTo('.scores-table .act button');
    await press('Enter');
    await says(page, /^The score \d+ of owner is removed/);
    await tabTo('.toast button');
    await press('Enter');
    await says(page, 'The score is back.');
    await says(page, '4 of 5');
  });

  it('the curve of a player is read point by point', async () => {
    await tabTo('[role="slider"]');
    await press('ArrowLeft');
    await says(page, /^Game \d of 5: /);
  });

  it('e gives the focus to the first tool of the board, Esc leaves it and throws nothing away for good', async () => {
    await press('g', 'o');
    await heading('Overview');
    await page.locator('.tiles-grid [data-tile], .tiles-grid .tile').first().waitFor();
    const isTool = () => isFocused('.edit-tools button');
    const isHeading = () => isFocused('h1.title');
    await press('e');
    await until(isTool);
    // a menu is closed by the same key, and takes nothing else with it
    await page.locator('.side [aria-haspopup="true"]').first().focus();
    await press('Enter');
    await page.locator('.menu:popover-open').waitFor();
    await press('Escape');
    await page.locator('.menu:popover-open').waitFor({ state: 'detached' });
    expect(await page.locator('.edit-tools').count()).toBeGreaterThan(0);
    await page.locator('.edit-tools button').first().focus();
    await press('Escape');
    await until(isHeading);
    await press('e');
    await until(isTool);
    const before = await page.locator('.edit-tools').count();
    await page.locator('.edit-tools button[value="remove"]').first().focus();
    await press('Enter');
    await until(async () => (await page.locator('.edit-tools').count()) === before - 1);
    await press('Escape');
    await says(page, 'The changes are discarded.');
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await until(async () => (await page.locator('.edit-tools').count()) === before - 1);
    await press('Escape');
    await heading('Overview');
  });

  it('a menu opens, is walked with arrows, and Esc leads back to its button', async () => {
    await visit(page, '/devices');
    await tabTo('.c-menu button');
    await press('Enter');
    await until(() => isFocused('.menu:popover-open a'), { what: 'the focus in the menu' });
    await press('ArrowDown');
    expect(await isFocused('.menu:popover-open a:nth-of-type(2)')).toBe(true);
    await press('Escape');
    await until(() => isFocused('.c-menu > button'), { what: 'the focus on the button' });
  });

  it('a question is answered with no by Esc, and by its first answer', async () => {
    await visit(page, '/access/people');
    await tabTo('.rows button:not(:disabled)');
    await press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Remove Zoé?' });
    await dialog.waitFor();
    await press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await until(() => isFocused('.rows button'), { what: 'the focus on the button that asked' });
    expect(open.problems).toEqual([]);
  });
});
