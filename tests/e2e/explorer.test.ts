/** The Explorer, as somebody uses it who wonders what is going on: look, find out who, publish, delete, undo. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectAsync } from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, OWNER, setUpOwner } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { says, signIn, visit } from '../helpers/web-app.ts';

const run = promisify(execFile);

let hub: Hub;
let browser: Browser;
let api: ApiClient;
let mine: OpenPage;
let page: Page;

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub({ env: { RUCHE_ANONYMOUS: 'open' } }), launchBrowser()]);
  api = await setUpOwner(hub);
  mine = await openPage(browser);
  page = mine.page;
  await signIn(page, hub, OWNER, '/explorer');
});
afterAll(async () => {
  await browser?.close();
  await hub?.close();
});

const publish = (topic: string, payload: string, ...more: string[]) =>
  run('mosquitto_pub', [
    '-h',
    '127.0.0.1',
    '-p',
    String(hub.ports.mqtt),
    '-i',
    'shell-7',
    '-q',
    '1',
    '-t',
    topic,
    '-m',
    payload,
    ...more,
  ]);
const row = (topic: string) => page.locator(`.tr[data-topic="${topic}"]`);

describe('somebody who looks for a topic', () => {
  it('sees it come while looking, opens it, and sees what it says and who said it', async () => {
    await says(page, 'No topic yet');
    await publish('house/hall/climate', '{"temperature":21.5,"mode":"eco"}');
    await row('house').waitFor();
    await row('house').focus();
    await page.keyboard.press('ArrowRight');
    await row('house/hall').waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await row('house/hall/climate').click();
    expect(new URL(page.url()).pathname).toBe('/explorer/house%2Fhall%2Fclimate');
    await says(page.locator('.value-body'), '21.5');
    const publishers = page.getByRole('region', { name: 'Who publishes' });
    await says(publishers, 'shell-7');
    await says(publishers, '127.0.0.1');
    await says(page, 'Nobody listens to this topic.');
  });

  it('sees what changed since the message before, and every message of before', async () => {
    await publish('house/hall/climate', '{"temperature":22.5,"mode":"eco"}');
    const changed = page.locator('.json-line.changed');
    await changed.waitFor();
    expect(await changed.textContent()).toContain('22.5');
    expect(await changed.locator('del').textContent()).toBe('21.5');
    await page.locator('.history button').nth(1).click();
    await says(page.locator('.value-body'), '21.5');
    await page.locator('.history button').first().click();
  });

  it('pauses with the space bar, and gets what came meanwhile', async () => {
    await page.locator('.topic-head h2').click();
    await page.keyboard.press('Space');
    await publish('house/attic', '1');
    await says(page, /\d+ new, paused/);
    expect(await row('house/attic').count()).toBe(0);
    await page.keyboard.press('Space');
    await row('house/attic').waitFor();
  });

  it('finds it by a filter', async () => {
    await page.getByRole('searchbox').fill('payload:eco client:shell');
    await row('house/hall/climate').waitFor();
    await row('house/attic').waitFor({ state: 'detached' });
    await says(page, '1 of 2 topics');
    await page.getByRole('searchbox').fill('');
    await row('house/attic').waitFor();
  });
});

describe('somebody who acts', () => {
  it('publishes a message, and keeps it for the next time', async () => {
    await visit(page, '/explorer/house%2Fattic');
    await page.keyboard.press('p');
    const sheet = page.getByRole('dialog');
    await sheet.getByLabel('Payload').fill('{"on": tru');
    await says(sheet, 'This is not valid JSON yet.');
    await sheet.getByLabel('Payload').fill('{"on": true}');
    await says(sheet, 'Valid JSON.');
    await sheet.getByLabel('Save this one as').fill('Light on');
    await sheet.getByRole('button', { name: 'Save' }).click();
    await says(sheet, 'Light on');
    await sheet.getByLabel(/Retain/).check();
    await sheet.getByRole('button', { name: 'Send' }).click();
    await says(page, 'Published to 0 subscribers.');
    await page.keyboard.press('Escape');
    await says(page.locator('.value-body'), 'true');
    await says(page.getByRole('region', { name: 'Who publishes' }), 'owner');
  });

  it('sees a picture as a picture, and a broken one as what it is', async () => {
    const base64 = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const send = (topic: string, payload: string) =>
      api.call('POST /api/v1/publish', { body: { topic, payload, encoding: 'base64' } });
    await send('camera/whole', base64);
    await send('camera/broken', base64.slice(0, 32));
    await visit(page, '/explorer/camera%2Fwhole');
    const picture = page.getByRole('img', { name: 'The picture in this message (PNG)' });
    await picture.waitFor();
    expect(await picture.evaluate((img) => img instanceof HTMLImageElement && img.naturalWidth)).toBe(1);
    expect(await picture.getAttribute('src')).toMatch(/^blob:/);
    await page.getByRole('button', { name: 'Hex', exact: true }).click();
    await says(page.locator('.value-body'), '89 50 4e 47');
    await visit(page, '/explorer/camera%2Fbroken');
    await says(page, 'It begins like a picture, but cannot be drawn.');
  });

  it('finds more than a page, and shows the rest when asked', async () => {
    const client = await connectAsync(hub.mqttUrl);
    const names = Array.from({ length: 620 }, (_, at) => `lots/${String(at).padStart(3, '0')}`);
    await Promise.all(names.map((topic) => client.publishAsync(topic, 'x', { qos: 1 })));
    await client.endAsync();
    await visit(page, '/explorer?q=lots%2F%23');
    await says(page, /62[01] of/);
    await page.locator('.tr').first().focus();
    await page.keyboard.press('End');
    const more = page.getByRole('button', { name: 'Show more' });
    await more.click();
    await more.waitFor({ state: 'detached' });
    await page.locator('.topic-tree').evaluate((tree) => tree.scrollTo(0, tree.scrollHeight));
    await row('lots/619').waitFor();
  });

  it('deletes what is retained after seeing the list, and takes it back', async () => {
    await publish('house/hall/light', 'on', '-r');
    await visit(page, '/explorer?q=house%2F%23');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Delete retained messages' }).click();
    const dialog = page.getByRole('dialog');
    await says(dialog, 'house/hall/light');
    await dialog.getByRole('button', { name: 'Delete 2' }).click();
    await says(page, '2 retained messages deleted.');
    await until(async () => (await api.call('GET /api/v1/topics', { query: { q: 'retained:yes' } })).total === 0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await says(page, '2 retained messages are back.');
    const { items } = await api.call('GET /api/v1/topics', { query: { q: 'retained:yes' } });
    expect(items.map(({ topic }) => topic)).toEqual(['house/attic', 'house/hall/light']);
  });

  it('types the number before many are deleted, and finds them in the trash', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, at) =>
        api.call('POST /api/v1/publish', { body: { topic: `many/${at}`, payload: 'x', retain: true } }),
      ),
    );
    await visit(page, '/explorer?q=many%2F%23');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Delete retained messages' }).click();
    const remove = page.getByRole('dialog').getByRole('button', { name: 'Delete 60' });
    await remove.waitFor();
    expect(await remove.isDisabled()).toBe(true);
    await page.getByLabel('Type 60 to confirm').fill('60');
    await remove.click();
    await says(page, '60 retained messages deleted.');
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Trash' }).click();
    const items = page.getByRole('dialog').locator('.trash li');
    await items.first().waitFor();
    expect(await items.count()).toBe(60);
    await items.first().getByRole('button', { name: 'Restore' }).click();
    await says(page, '1 retained message is back.');
    expect(mine.problems).toEqual([]);
  });
});
