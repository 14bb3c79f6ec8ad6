/** Boards: arranged by mouse, keys and fingers, kept, seen by others; and controls that claim only what a device confirmed. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, OWNER, setUpOwner } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { connectRaw, type PacketOf, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { says, settled, signIn, visit } from '../helpers/web-app.ts';

const LAMP = 'lamp-1';
const PHONE = { width: 390, height: 844 };
const DESK = { width: 1440, height: 900 };

let hub: Hub;
let browser: Browser;
let api: ApiClient;
let mine: OpenPage;
/** Looks on, and later meddles, in another browser. */
let other: OpenPage;
let page: Page;
let lamp: RawMqtt;
let token: string;
let boardId: string;

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub(), launchBrowser()]);
  api = await setUpOwner(hub);
  ({ token } = await api.call('POST /api/v1/devices', { body: { id: LAMP, name: 'Lamp' } }));
  lamp = await switchOn();
  tell({ v: { v0: 0, v1: 40, temperature: 21.5, humidity: 48 } });
  await until(async () => Object.keys((await latest()).metrics).length === 4, { what: 'four values' });
  [mine, other] = await Promise.all([openPage(browser), openPage(browser)]);
  page = mine.page;
  await Promise.all([signIn(page, hub), signIn(other.page, hub)]);
});
afterAll(async () => {
  lamp?.destroy();
  await browser.close();
  await hub.close();
});

async function switchOn(): Promise<RawMqtt> {
  const port = hub.ports.mqtt ?? 0;
  const client = await connectRaw({ port, clientId: LAMP, username: LAMP, password: token, acks: true, clean: false });
  await client.subscribe(`ruche/${LAMP}/cmd`, 1);
  return client;
}
const latest = () => api.call('GET /api/v1/devices/:id/latest', { params: { id: LAMP } });
function tell(what: object, kind = 'telemetry'): void {
  lamp.publish({ topic: `ruche/${LAMP}/${kind}`, payload: JSON.stringify(what) });
}
/** The next command the lamp is given. */
async function command(): Promise<{ id: string; name: string; value: unknown }> {
  const { payload }: PacketOf<'publish'> = await lamp.take('publish', ({ topic }) => topic === `ruche/${LAMP}/cmd`);
  return JSON.parse(payload.toString());
}

const tileOf = (where: Page, name: string): Locator => where.getByRole('region', { name, exact: true });
const names = (where: Page): Promise<string[]> => where.locator('.tiles-grid .card > header h2').allTextContents();
const edit = () => page.getByRole('button', { name: 'Edit board' }).click();
const done = async () => {
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await page.getByRole('button', { name: 'Edit board' }).waitFor();
};

describe('the overview', () => {
  it('is made of what there is, before anybody arranged it', async () => {
    await tileOf(page, 'Temperature · Lamp').waitFor();
    const values = ['v0 · Lamp', 'Temperature · Lamp', 'Humidity · Lamp'];
    expect(await names(page)).toEqual(['Lamp', ...values, 'Events', 'Pulse, last 2 hours']);
    await tileOf(page, 'Lamp')
      .getByRole('slider', { name: /^Lamp\. / })
      .waitFor();
    await says(tileOf(page, 'Temperature · Lamp'), '21.5');
  });
});

describe('a board', () => {
  it('is made, and filled by choosing what there is', async () => {
    await page.getByRole('button', { name: 'What can be done with this board' }).click();
    await page.getByRole('button', { name: 'New board' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Hall');
    await page.getByRole('button', { name: 'Save' }).click();
    await says(page, 'This board is empty. Add a widget.');
    boardId = page.url().split('/').at(-1) ?? '';
    for (const [kind, metric] of [
      ['Switch', 'v0'],
      ['Slider', 'v1'],
      ['Value with line', 'temperature'],
    ] as const) {
      await page.getByRole('button', { name: 'Add a widget' }).click();
      await page.locator('.kinds button', { hasText: kind }).first().click();
      await page.getByRole('button', { name: metric, exact: true }).click();
      await page.locator('.preview .card').waitFor();
      await page.getByRole('button', { name: 'Add', exact: true }).click();
    }
    await done();
    expect(await names(page)).toEqual(['Lamp v0', 'Lamp v1', 'Lamp temperature']);
    await page.reload();
    await tileOf(page, 'Lamp temperature').waitFor();
    expect(await names(page)).toEqual(['Lamp v0', 'Lamp v1', 'Lamp temperature']);
  });

  it('is arranged with the mouse', async () => {
    await edit();
    const from = await page.locator('[data-tile]').nth(2).boundingBox();
    const to = await page.locator('[data-tile]').nth(0).boundingBox();
    if (from === null || to === null) throw new Error('three tiles');
    await page.mouse.move(from.x + 60, from.y + 60);
    await page.mouse.down();
    await page.mouse.move(from.x + 40, from.y + 60, { steps: 3 });
    await page.mouse.move(to.x + 60, to.y + 60, { steps: 12 });
    await page.mouse.up();
    await done();
    expect(await names(page)).toEqual(['Lamp temperature', 'Lamp v0', 'Lamp v1']);
  });

  it('is arranged with keys alone, the focus staying with the tile', async () => {
    await page.keyboard.press('e');
    await page.locator('[data-tile] button[value="later"]').first().focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    expect(await focused()).toBe('Move later: Lamp temperature');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Larger: Lamp temperature');
    await page.keyboard.press('Enter');
    await says(page, 'Lamp temperature: size M');
    await done();
    expect(await names(page)).toEqual(['Lamp v0', 'Lamp v1', 'Lamp temperature']);
    const { tiles } = await api.call('GET /api/v1/boards/:id', { params: { id: boardId } });
    expect(tiles.map(({ size }) => size)).toEqual(['S', 'S', 'M']);
  });

  it('is arranged on a phone, where what was removed comes back', async () => {
    await page.setViewportSize(PHONE);
    await edit();
    await page.getByRole('button', { name: 'Change Lamp temperature' }).click();
    await page.getByRole('button', { name: 'Move earlier' }).click();
    await page.getByRole('button', { name: 'Change Lamp v0' }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await done();
    expect(await names(page)).toEqual(['Lamp v0', 'Lamp temperature', 'Lamp v1']);
    await page.setViewportSize(DESK);
  });

  it('keeps what is not saved while another page is looked at, and forgets it when cancelled', async () => {
    await edit();
    await page.locator('[data-tile] button[value="remove"]').first().click();
    await visit(page, '/devices');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Cancel' }).waitFor();
    expect(await names(page)).toEqual(['Lamp temperature', 'Lamp v1']);
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await names(page)).toEqual(['Lamp v0', 'Lamp temperature', 'Lamp v1']);
  });

  it('is seen by others once it is shared, and asks whose change shall stay', async () => {
    await page.getByRole('button', { name: 'What can be done with this board' }).click();
    await page.getByRole('button', { name: 'Share with everybody' }).click();
    await says(page, 'Everybody sees this board now.');
    await visit(other.page, '/devices');
    await visit(other.page, `/boards/${boardId}`);
    await tileOf(other.page, 'Lamp v1').waitFor();
    expect(await names(other.page)).toEqual(['Lamp v0', 'Lamp temperature', 'Lamp v1']);

    await edit();
    await page.locator('[data-tile] button[value="remove"]').nth(2).click();
    const { tiles, revision, name } = await api.call('GET /api/v1/boards/:id', { params: { id: boardId } });
    const body = { revision, name, tiles: tiles.toReversed() };
    await api.call('PUT /api/v1/boards/:id', { params: { id: boardId }, body });
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    const question = page.getByRole('dialog', { name: 'This board has changed meanwhile' });
    await says(question, `${OWNER.username} saved other changes`);
    await question.getByRole('button', { name: 'Overwrite with mine' }).click();
    await page.getByRole('button', { name: 'Edit board' }).waitFor();
    expect(await names(page)).toEqual(['Lamp v0', 'Lamp temperature']);
  });
});

describe('a switch on a board', () => {
  const onTile = () => tileOf(page, 'Lamp v0');
  const toggle = () => onTile().getByRole('switch');
  const isOn = () => toggle().getAttribute('aria-checked');
  const isOnItsWay = async () => (await onTile().locator('.ctl.wait').count()) === 1;

  it('is on its way until the device says that it is on', async () => {
    await settled(page);
    expect([await isOn(), await isOnItsWay()]).toEqual(['false', false]);
    await toggle().click();
    const { id, name, value } = await command();
    expect([name, value]).toEqual(['v0', 1]);
    await says(onTile(), 'Sent, waiting for its answer');
    expect([await isOn(), await isOnItsWay()]).toEqual(['true', true]);
    tell({ id, status: 'ok' }, 'ack');
    await says(onTile(), /Confirmed after/);
    expect([await isOn(), await isOnItsWay()]).toEqual(['true', false]);
  });

  it('goes back to what was confirmed when the device could not do it, and says why', async () => {
    await toggle().click();
    const { id } = await command();
    tell({ id, status: 'error', message: 'The relay is stuck.' }, 'ack');
    await says(onTile(), 'It could not do it: The relay is stuck.');
    expect(await isOn()).toBe('true');
  });

  it('says that there was no confirmation, and offers to try again', async () => {
    await toggle().click();
    await command();
    await says(onTile(), /Lamp has it, but did not confirm it/);
    expect(await isOn()).toBe('true');
    await onTile().getByRole('button', { name: 'Retry' }).click();
    const { id, value } = await command();
    expect(value).toBe(0);
    tell({ id, status: 'ok' }, 'ack');
    await says(onTile(), /Confirmed after/);
    expect(await isOn()).toBe('false');
  });

  it('waits for a device that sleeps', async () => {
    tell({ status: 'online', sleep_s: 600 }, 'status');
    await lamp.end();
    await says(onTile(), 'asleep');
    await toggle().click();
    await says(onTile(), /Queued: the device sleeps until about \d\d:\d\d/);
    expect([await isOn(), await isOnItsWay()]).toEqual(['true', true]);
    await onTile().getByRole('button', { name: 'Cancel' }).click();
    await until(async () => (await isOn()) === 'false', { what: 'the switch to go back' });
    await toggle().click();
    await says(onTile(), /Queued/);
    lamp = await switchOn();
    const { id } = await command();
    tell({ id, status: 'ok' }, 'ack');
    await says(onTile(), /Confirmed after/);
    expect(await isOn()).toBe('true');
    expect([mine.problems.filter((text) => !text.includes('409')), other.problems]).toEqual([[], []]);
  });
});
