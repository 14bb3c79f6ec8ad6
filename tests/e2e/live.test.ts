/** What people do on the pages, and that everybody who looks sees it happen. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, OWNER, setUpOwner } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { says, signIn, visit } from '../helpers/web-app.ts';
import { powerOn, type SeedSimon } from '../seeds/pubsubclient-simon.ts';

const SIMON = '02BB00000001';

let hub: Hub;
let port: number;
let browser: Browser;
let api: ApiClient;
let mine: OpenPage;
/** Looks on in another browser. */
let other: OpenPage;
let page: Page;
let lamp: RawMqtt;
let simon: SeedSimon;

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub(), launchBrowser()]);
  port = hub.ports.mqtt ?? 0;
  api = await setUpOwner(hub);
  [mine, other] = await Promise.all([openPage(browser), openPage(browser)]);
  page = mine.page;
  await Promise.all([signIn(page, hub, OWNER, '/devices'), signIn(other.page, hub, OWNER, '/devices')]);
});
afterAll(async () => {
  simon?.powerOff();
  lamp?.destroy();
  await browser.close();
  await hub.close();
});

const rowOf = (where: Page, text: string) => where.getByRole('row').filter({ hasText: text });
const gone = (what: Locator) => what.first().waitFor({ state: 'detached' });

describe('a device nobody knows yet', () => {
  it('appears under New devices by itself, and is everybody’s device once it is adopted', async () => {
    await says(page, 'No device yet');
    lamp = await connectRaw({ port, clientId: 'lamp-1' });
    for (const where of [page, other.page]) await says(where.getByRole('region', { name: 'New devices' }), 'lamp-1');
    await page.getByRole('button', { name: 'Adopt lamp-1' }).click();
    await says(page, 'lamp-1 is adopted.');
    for (const where of [page, other.page]) {
      await rowOf(where, 'lamp-1').filter({ hasText: 'online' }).waitFor();
      await gone(where.getByRole('region', { name: 'New devices' }));
    }
  });

  it('gets a name that is seen at once', async () => {
    await visit(page, '/devices/lamp-1');
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByLabel('Name of the device').fill('Lamp in the hall');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Lamp in the hall' }).waitFor();
    await rowOf(other.page, 'Lamp in the hall').waitFor();
  });
});

describe('a device token', () => {
  const login = async (token: string) => {
    const client = await connectRaw({ port, clientId: 'lamp-1', username: 'lamp-1', password: token });
    client.destroy();
    return client.connack.returnCode;
  };
  const shown = async () => (await page.locator('.secrets .copy-field code').first().textContent()) ?? '';

  it('is shown once, with a line to try it, and works', async () => {
    await visit(page, '/devices/lamp-1/access');
    await page.getByRole('button', { name: 'Create a token' }).click();
    await says(page, 'Token, shown once');
    const token = await shown();
    await page.locator('.secrets .copy-code code', { hasText: `-p ${port} ` }).waitFor();
    expect(await page.locator('.secrets .copy-code code').textContent()).toContain(`-P '${token}'`);
    expect(await login(token)).toBe(0);
    await page.getByRole('button', { name: 'I have it' }).click();
    await page.reload();
    await says(page, 'The device proves itself with this token.');
    expect(await page.locator('main').textContent()).not.toContain(token);
  });

  it('is replaced after a question, and the old one stops working', async () => {
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.locator('.secrets').count()).toBe(0);
    await page.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('button', { name: 'Make a new token' }).click();
    await says(page, 'Token, shown once');
    expect(await login(await shown())).toBe(0);
    expect(await login('an-old-token')).not.toBe(0);
    await visit(page, '/access/refusals');
    await page.locator('.refusals li', { hasText: 'lamp-1' }).first().waitFor();
  });
});

describe('a Simon', () => {
  it('is unpaired, and paired again by Undo', async () => {
    simon = await powerOn(port, SIMON);
    await visit(page, `/pair?device=${SIMON}`);
    await page.locator('.pick input:checked').waitFor();
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    await says(page, `${SIMON} plays for owner`);
    await visit(page, `/devices/${SIMON}`);
    await page.getByRole('button', { name: 'Unpair' }).click();
    await says(page, 'Nobody. Its scores count for no one.');
    await until(() => simon.username === '', { what: 'the device to hear of it' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await says(page, 'Its scores count for owner.');
    expect(simon.username).toBe('owner');
  });

  it('has what was refused listed on its page and on the Access page, with the reason', async () => {
    simon.publish('simon/scores', JSON.stringify({ device_id: SIMON, username: 'owner', score: 99 }));
    await page.getByRole('navigation', { name: 'Parts of this device' }).getByText('Access1').click();
    await page.locator('.refused li', { hasText: 'simon/scores' }).waitFor();
    const refusal = page.locator('.refusals li', { hasText: SIMON });
    await visit(page, '/access/refusals');
    await refusal.filter({ hasText: 'score' }).waitFor();
    await refusal.getByRole('link').click();
    await page.getByRole('heading', { name: SIMON }).waitFor();
  });

  it('ends a game whose score the owner takes away and gives back, in front of everybody', async () => {
    await visit(other.page, '/scores');
    simon.finishGame(12);
    await says(other.page, /played one game: 12/);
    await visit(page, '/scores');
    await page.getByRole('button', { name: 'Remove the score 12 of owner' }).click();
    await says(other.page, 'No score yet');
    await page.getByRole('button', { name: 'Undo' }).click();
    await says(other.page, /played one game: 12/);
    await says(page, 'The score is back.');
  });

  it('is shown red with the reason when its cable is pulled', async () => {
    await visit(page, '/devices');
    await rowOf(page, SIMON).filter({ hasText: 'online' }).waitFor();
    simon.powerOff();
    const status = rowOf(page, SIMON).locator('.st.bad');
    await status.waitFor();
    expect(await status.textContent()).toBe('offline');
    await visit(page, `/devices/${SIMON}`);
    await says(page, 'its connection broke');
  });
});

describe('the demonstration', () => {
  it('comes, plays for who pairs it, stops, and leaves nothing behind', async () => {
    await visit(page, '/settings');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const { deviceId } = await until(async () => {
      const state = await api.call('GET /api/v1/demo');
      return state.deviceId !== null && { deviceId: state.deviceId };
    });
    await visit(page, '/');
    const banner = page.getByRole('region', { name: 'Try it without hardware' });
    await banner.getByRole('link').click();
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    await says(page, `${deviceId} plays for owner`);
    await visit(other.page, '/devices');
    await rowOf(other.page, deviceId).filter({ hasText: 'demo' }).waitFor();
    await visit(page, '/');
    await says(banner, 'A demo Simon is playing inside the hub.');
    await banner.getByRole('button', { name: 'Stop' }).click();
    await says(banner, 'The demo has stopped.');
    await banner.getByRole('button', { name: 'Remove demo data' }).click();
    await banner.getByRole('button', { name: 'Remove for good' }).click();
    await says(page, 'The demo data is gone.');
    await gone(rowOf(other.page, deviceId));
    expect(await api.call('GET /api/v1/demo')).toEqual({ running: false, deviceId: null, hasData: false });
    expect([mine.problems, other.problems]).toEqual([[], []]);
  });
});
