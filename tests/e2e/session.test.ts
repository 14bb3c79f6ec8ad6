/** What happens to open pages when a session is renewed, ends, or never begins. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, OWNER } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage, type PageOptions } from '../helpers/browser.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { linkSays, says, signIn, visit } from '../helpers/web-app.ts';
import { makePeople, ZOE } from './furnished.ts';

/** A session that was ended has lost its live connection by then. */
const LOST_WITHIN_MS = 5000;
/** Nearly the fifteen minutes that an access token lives. */
const NEARLY_EXPIRED = '14:40';

let hub: Hub;
let browser: Browser;
let api: ApiClient;
let opened: OpenPage[] = [];

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub(), launchBrowser()]);
  api = await makePeople(hub);
  await api.call('POST /api/v1/devices', { body: { id: 'lamp' } });
});
afterEach(async () => {
  for (const { context } of opened) await context.close();
  opened = [];
});
afterAll(async () => {
  await browser.close();
  await hub.close();
});

async function newPage(options?: PageOptions): Promise<OpenPage> {
  const open = await openPage(browser, options);
  opened.push(open);
  return open;
}

describe('a session that is renewed', () => {
  it('is renewed before its token ends, without a word', async () => {
    const { page, problems } = await newPage();
    await page.clock.install();
    await signIn(page, hub, OWNER);
    await linkSays(page, 'Live');
    await page.clock.fastForward(NEARLY_EXPIRED);
    const renewal = page.waitForResponse(/\/auth\/refresh$/);
    await visit(page, '/devices/lamp');
    expect((await renewal).status()).toBe(200);
    await page.getByRole('heading', { name: 'lamp' }).waitFor();
    expect([await page.locator('dialog[open]').count(), problems]).toEqual([0, []]);
  });

  it('stays one session in two tabs that renew it in the same instant', async () => {
    const { page, context, problems } = await newPage();
    await signIn(page, hub, OWNER);
    const other = await context.newPage();
    await other.goto(hub.url);
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([page.reload(), other.reload()]);
      await Promise.all([linkSays(page, 'Live'), linkSays(other, 'Live')]);
    }
    expect(problems).toEqual([]);
  });
});

describe('a session that is ended from another browser', () => {
  it('loses its live connection, asks for the password over the page, and goes on with what was typed', async () => {
    const [mine, theirs] = [await newPage(), await newPage()];
    const socket = theirs.page.waitForEvent('websocket');
    await signIn(theirs.page, hub, ZOE, '/devices/lamp?rename=1');
    const closed = (await socket).waitForEvent('close', { timeout: 60_000 });
    await theirs.page.locator('.rename input').fill('Lampe de la cuisine');
    await signIn(mine.page, hub, OWNER, '/access/sessions?of=all');
    await mine.page.locator('.rows li', { hasText: ZOE.username }).getByRole('button').click();
    await says(mine.page, 'The session has ended.');
    const endedMs = performance.now();
    await closed;
    expect(performance.now() - endedMs).toBeLessThan(LOST_WITHIN_MS);

    const dialog = theirs.page.getByRole('dialog');
    await dialog.locator('input[name="password"]').fill('not my password');
    await dialog.locator('button[type="submit"]').click();
    await dialog.locator('[role="alert"] .err').waitFor();
    await dialog.locator('input[name="password"]').fill(ZOE.password);
    await dialog.locator('button[type="submit"]').click();
    await dialog.waitFor({ state: 'detached' });
    expect(await theirs.page.locator('.rename input').inputValue()).toBe('Lampe de la cuisine');
    await theirs.page.locator('.rename button[type="submit"]').click();
    await theirs.page.getByRole('heading', { name: 'Lampe de la cuisine' }).waitFor();
    await linkSays(theirs.page, 'En direct');
  });

  it('can be left instead, and nothing stays on the page', async () => {
    const { page } = await newPage();
    await signIn(page, hub, OWNER, '/devices');
    await says(page, 'lamp');
    const { items } = await api.call('GET /api/v1/sessions', { query: { limit: 200 } });
    for (const { id, current } of items)
      if (!current) await api.call('DELETE /api/v1/sessions/:id', { params: { id } });
    await page.getByRole('button', { name: 'Leave this page' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.locator('body').textContent()).not.toContain('lamp');
  });
});

describe('the language', () => {
  it('is that of the account, wherever it signs in, and follows a change', async () => {
    const english = await newPage({ language: 'en' });
    await signIn(english.page, hub, ZOE);
    await says(english.page, 'Vue d’ensemble');
    expect(await english.page.locator('html').getAttribute('lang')).toBe('fr');
    await visit(english.page, '/settings');
    const saved = english.page.waitForResponse(/\/auth\/me$/);
    await english.page.getByRole('main').getByRole('button', { name: 'English' }).click();
    expect((await saved).status()).toBe(200);
    const french = await newPage({ language: 'fr' });
    await signIn(french.page, hub, ZOE);
    await french.page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
});

describe('a wrong password', () => {
  it('is said once, without telling which of the two was wrong', async () => {
    const { page } = await newPage();
    await page.goto(hub.url);
    const texts: (string | null)[] = [];
    for (const username of [OWNER.username, 'nobody']) {
      await page.getByLabel('Name', { exact: true }).fill(username);
      await page.getByLabel('Password', { exact: true }).fill('wrong password');
      await page.keyboard.press('Enter');
      const refusal = page.getByRole('alert').locator('.err');
      await refusal.waitFor();
      texts.push(await refusal.textContent());
      expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    }
    expect(texts[0]).toBe(texts[1]);
  });

  it('makes everybody at that address wait after ten, with a countdown', async () => {
    const { page } = await newPage();
    await page.goto(hub.url);
    const body = JSON.stringify({ username: OWNER.username, password: 'guessing' });
    const guess = () =>
      fetch(`${hub.url}/api/v1/auth/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await Promise.all(Array.from({ length: 11 }, guess));
    await page.getByLabel('Name', { exact: true }).fill(OWNER.username);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.keyboard.press('Enter');
    const wait = page.getByRole('button', { name: /^Wait \d+ s/ });
    await wait.waitFor();
    expect(await wait.isDisabled()).toBe(true);
    const again = page.getByRole('button', { name: 'Sign in' });
    await until(() => again.isEnabled(), { timeoutMs: 30_000, what: 'the countdown to end' });
    await again.click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });
});
