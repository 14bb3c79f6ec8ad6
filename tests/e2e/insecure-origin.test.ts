/** Most hubs are opened as plain http://some-name: no secure context, so no clipboard API; everything else works. */
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER, setUpOwner } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { linkSays, signIn, visit } from '../helpers/web-app.ts';

const NAME = 'hub.test';

let hub: Hub;
let browser: Browser;
let open: OpenPage;

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub(), launchBrowser([`--host-resolver-rules=MAP ${NAME} 127.0.0.1`])]);
  await setUpOwner(hub);
  open = await openPage(browser);
});
afterAll(async () => {
  await browser.close();
  await hub.close();
});

async function invite(): Promise<{ dialog: Locator; code: string }> {
  const { page } = open;
  await page.getByRole('button', { name: 'Invite someone' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send this link' });
  const code = (await dialog.locator('.copy-field code').last().textContent()) ?? '';
  await dialog.getByRole('button', { name: 'Copy: Code' }).click();
  return { dialog, code };
}

describe('on a plain http address', () => {
  it('people sign in and see live values', async () => {
    const { page } = open;
    await signIn(page, { url: `http://${NAME}:${hub.ports.http}` }, OWNER, '/access/people');
    expect(await page.evaluate(() => isSecureContext)).toBe(false);
    await linkSays(page, 'Live');
  });

  it('copying works from inside a dialog', async () => {
    const { page } = open;
    const { dialog, code } = await invite();
    await dialog.getByText('Copied').waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await visit(page, '/devices');
    await visit(page, '/access/refusals');
    await page.locator('[data-search]').focus();
    await page.keyboard.press('Control+v');
    expect(await page.locator('[data-search]').inputValue()).toBe(code);
  });

  it('the text is selected and the key is told where the browser does not copy', async () => {
    const { page } = open;
    await page.evaluate(() => {
      document.execCommand = () => false;
    });
    await visit(page, '/access/people');
    const { dialog, code } = await invite();
    await dialog.getByText('Selected: press Ctrl C').waitFor();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(code);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(open.problems).toEqual([]);
  });
});
