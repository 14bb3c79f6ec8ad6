/** Events as people see them: rules and what they raise, the feed, surveillance; and that a second browser sees it too. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, OWNER, setUpOwner } from '../helpers/api-client.ts';
import { axeViolations } from '../helpers/audit.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { says, signIn, visit } from '../helpers/web-app.ts';

let hub: Hub;
let browser: Browser;
let owner: ApiClient;
let mine: OpenPage;
let theirs: OpenPage;
let page: Page;
let device: RawMqtt;
let lastId = 0;

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub({ env: { RUCHE_ANONYMOUS: 'open' } }), launchBrowser()]);
  owner = await setUpOwner(hub);
  device = await connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 'kitchen' });
  say({ temperature: 21, battery: 80 });
  await until(async () => (await owner.call('GET /api/v1/devices', { query: {} })).items.length === 1);
  [mine, theirs] = await Promise.all([openPage(browser), openPage(browser)]);
  page = mine.page;
  await signIn(page, hub, OWNER, '/events');
  await signIn(theirs.page, hub, OWNER, '/devices');
});
afterAll(async () => {
  device?.destroy();
  await browser.close();
  await hub.close();
});

const publish = (topic: string, payload: object) => {
  lastId += 1;
  device.publish({ topic, payload: JSON.stringify(payload), qos: 1, messageId: lastId });
};
const say = (v: object) => publish('ruche/kitchen/telemetry', { v });
const move = () => {
  const sensor = { device_id: 'hall', source: 'sensor-motion', type: 'MOTION_DETECTED' };
  publish('sensor/motion', { ...sensor, event_id: `motion-${lastId}`, data: { presence: true, gpio_pin: 17 } });
};
const alert = (text: string | RegExp) => page.locator('.standing li').filter({ hasText: text });
const row = (text: string) => page.locator('.feed li').filter({ hasText: text });
/** As a field takes it. */
const localTime = (atMs: number): string =>
  new Date(atMs - new Date(atMs).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
/** The number beside "Events" in the sidebar. */
const badge = (on: Page, count: string) => on.locator('.side .nav .hot', { hasText: count }).waitFor();

describe('alerts', () => {
  it('a rule made of a suggestion fires, and every browser says so', async () => {
    await says(page, 'Nothing needs you.');
    await visit(page, '/events/rules');
    await page.getByRole('button', { name: /Battery of any device below 20/ }).click();
    await says(page, 'The rule is saved.');
    say({ battery: 12 });
    await Promise.all([badge(page, '1'), badge(theirs.page, '1')]);
    await visit(theirs.page, '/');
    await says(theirs.page.locator('.strip'), /kitchen · Battery is 12.%, below 20.%/);
    say({ battery: 90 });
    await until(async () => (await theirs.page.locator('.strip, .side .hot').count()) === 0);
  });

  it('a rule is written in a form that shows the present value, and is listed as a sentence', async () => {
    await page.locator('.card > header').getByRole('button', { name: 'Add' }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('button', { name: 'Save' }).click();
    await says(form, 'This is needed.');
    await form.getByLabel('Device').selectOption('kitchen');
    await form.getByLabel('Metric').fill('temperature');
    await says(form, /now 21.°C/);
    await form.getByLabel('Limit').fill('28');
    await form.getByLabel('Margin').fill('1,5');
    await form.getByRole('button', { name: 'Save' }).click();
    await says(page, /kitchen temperature above 28.°C/i);
  });

  it('an alert says the value and what ends it; it is acknowledged, snoozed, and over when the value is back', async () => {
    await visit(page, '/events');
    say({ temperature: 31 });
    await says(alert('kitchen'), /Temperature is 31.°C, above 28.°C/);
    await says(alert('kitchen'), /over when below 26\.5.°C/);
    await alert('kitchen').getByRole('button', { name: 'Acknowledge' }).click();
    await says(alert('kitchen'), `Acknowledged by ${OWNER.username}`);
    await alert('kitchen').getByRole('button', { name: 'More about' }).click();
    await page.getByRole('button', { name: 'Acknowledge with a note…' }).click();
    await page.getByLabel('Note', { exact: true }).fill('The oven is on');
    await page.getByRole('dialog').getByRole('button', { name: 'Acknowledge' }).click();
    await says(alert('kitchen'), '“The oven is on”');
    await alert('kitchen').getByRole('button', { name: 'More about' }).click();
    await page.getByRole('button', { name: 'Snooze for 1 h' }).click();
    await says(alert('kitchen'), 'Snoozed until');
    say({ temperature: 27 });
    say({ temperature: 26 });
    await says(page, 'Nothing needs you.');
  });

  it('a rule is switched off and deleted', async () => {
    await visit(page, '/events/rules');
    const rule = page.locator('.rows li').filter({ hasText: /temperature above/ });
    await rule.getByRole('switch').click();
    await says(rule, 'switched off');
    await rule.getByRole('button', { name: 'More about' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await rule.waitFor({ state: 'detached' });
  });
});

describe('what somebody else changes', () => {
  it('is seen without a visit: a rule, and a widget on a board', async () => {
    await visit(page, '/events/rules');
    const body = { kind: 'event', eventType: 'WINDOW_OPEN' } as const;
    const rule = await owner.call('POST /api/v1/alert-rules', { body });
    const shown = page.locator('.rows li').filter({ hasText: 'Any device reports Window open' });
    await shown.waitFor();
    await owner.call('DELETE /api/v1/alert-rules/:id', { params: { id: rule.id } });
    await shown.waitFor({ state: 'detached' });
    const widget = await owner.call('POST /api/v1/widgets', {
      body: { type: 'value', name: 'Oven', deviceId: 'kitchen', metric: 'temperature' },
    });
    const board = await owner.call('POST /api/v1/boards', {
      body: { name: 'Cooking', tiles: [{ id: 'oven', widgetId: widget.id, size: 'S' }] },
    });
    await visit(theirs.page, `/boards/${board.id}`);
    await says(theirs.page.locator('main'), 'Oven');
    await owner.call('PATCH /api/v1/widgets/:id', { params: { id: widget.id }, body: { name: 'Stove' } });
    await says(theirs.page.locator('main'), 'Stove');
    await owner.call('DELETE /api/v1/boards/:id', { params: { id: board.id } });
    const lamp = await owner.call('POST /api/v1/widgets', {
      body: { type: 'switch', name: 'Lamp', deviceId: 'kitchen', pin: 'v0' },
    });
    await visit(theirs.page, '/devices/kitchen/controls');
    await says(theirs.page.locator('main'), 'Lamp');
    await owner.call('PATCH /api/v1/widgets/:id', { params: { id: lamp.id }, body: { name: 'Lantern' } });
    await says(theirs.page.locator('main'), 'Lantern');
    await visit(theirs.page, '/devices');
  });
});

describe('the feed', () => {
  it('groups repeats as they come, and keeps them behind the row with the data', async () => {
    // a pointer that rests on the list would hold it still
    await page.mouse.move(0, 0);
    await visit(page, '/events');
    for (let n = 0; n < 3; n += 1) move();
    await says(row('Motion'), '×3');
    await row('Motion').getByRole('button', { name: 'Details' }).click();
    await says(row('Motion').locator('.code'), '"gpio_pin": 17');
    await until(async () => (await row('Motion').locator('.repeats li').count()) === 3);
  });

  it('stands still while somebody reads it', async () => {
    await page.mouse.move(0, 0);
    await row('Motion').hover();
    publish('ruche/kitchen/event', { type: 'DOOR_OPEN', severity: 'warning', message: 'The fridge' });
    await says(page, '1 new event');
    expect(await row('Door open').count()).toBe(0);
    await page.mouse.move(0, 0);
    await page.getByRole('button', { name: '1 new event' }).click();
    await says(row('Door open'), 'The fridge');
  });

  it('is filtered by the address', async () => {
    await page.getByLabel('Severity').selectOption('warning');
    await row('Motion').waitFor({ state: 'detached' });
    await row('Door open').waitFor();
    expect(page.url()).toContain('severity=warning');
    await page.getByLabel('Severity').selectOption('critical');
    await says(page, 'No event matches');
    await page.locator('.empty').getByRole('button', { name: 'Clear' }).click();
    await row('Motion').waitFor();
  });

  it('is shown between two moments, which are part of the address', async () => {
    const between = async (fromMs: number, toMs: number): Promise<void> => {
      await page.getByLabel('Time', { exact: true }).selectOption('custom');
      const form = page.getByRole('dialog');
      await form.getByLabel('From').fill(localTime(fromMs));
      await form.getByLabel('To').fill(localTime(toMs));
      await form.getByRole('button', { name: 'Show' }).click();
      await form.waitFor({ state: 'detached' });
    };
    const HOUR_MS = 3_600_000;
    await between(Date.now() - 3 * HOUR_MS, Date.now() - 2 * HOUR_MS);
    await says(page, 'No event matches');
    await between(Date.now() - 3 * HOUR_MS, Date.now() + HOUR_MS);
    await row('Motion').waitFor();
    expect(page.url()).toMatch(/from=\d+&to=\d+/);
    await page.reload();
    await row('Motion').waitFor();
    expect(await page.getByLabel('Time', { exact: true }).inputValue()).toBe('between');
    const size = page.viewportSize() ?? { width: 1440, height: 900 };
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    await page.setViewportSize(size);
    await page.getByLabel('Time', { exact: true }).selectOption('24h');
    await row('Motion').waitFor();
    expect(page.url()).toMatch(/\?range=24h$/);
    await page.getByRole('button', { name: 'Clear' }).click();
  });

  it('is saved as a file', async () => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    expect(file.suggestedFilename()).toBe('events.csv');
  });
});

describe('surveillance', () => {
  it('is set up with a delay and a schedule whose next changes are shown', async () => {
    await page.locator('.mode-card').getByRole('button', { name: 'Settings' }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('Time to come in').fill('4 s');
    await form.getByRole('switch', { name: 'Weekly schedule' }).click();
    await says(form, /22:00 Surveillance/);
    await form.getByRole('button', { name: 'Remove window 1' }).click();
    await form.getByRole('switch', { name: 'Weekly schedule' }).click();
    await form.getByRole('button', { name: 'Save' }).click();
    await says(page, 'Surveillance is set up.');
    await says(page.locator('.mode-card'), /4.s in/);
  });

  it('m arms it: every page of every browser has a frame and says who did', async () => {
    await visit(page, '/devices');
    await page.keyboard.press('m');
    await Promise.all([mine, theirs].map(({ page: one }) => one.locator('.guard-frame.armed').waitFor()));
    await says(theirs.page.locator('.bar-off.guard'), `, ${OWNER.username}`);
  });

  it('somebody comes in: there is time to disarm, and the alert is raised when nobody does', async () => {
    move();
    await says(page.locator('.bar-off.guard'), 'Somebody is in: hall.');
    await theirs.page.locator('.guard-frame.entry').waitFor();
    expect(await axeViolations(theirs.page)).toEqual([]);
    await says(page.locator('.bar-off.guard'), 'Intrusion: Motion, hall');
    await says(theirs.page.locator('.bar-off.guard'), 'Intrusion: Motion, hall');
    await visit(page, '/events');
    await says(alert('hall'), 'Motion while surveillance is on');
  });

  it('is disarmed by the bar, everywhere', async () => {
    await theirs.page.locator('.bar-off.guard').getByRole('button', { name: 'Disarm' }).click();
    await Promise.all(
      [mine, theirs].map(({ page: one }) => one.locator('.guard-frame').waitFor({ state: 'detached' })),
    );
    await says(row('Mode changed'), `Active, ${OWNER.username}`);
  });

  it('what the hub says is French where the app is, and what devices say stays as it is', async () => {
    const french = await openPage(browser, { language: 'fr' });
    await signIn(french.page, hub, OWNER, '/events');
    await says(french.page.locator('.standing'), 'Mouvement pendant la surveillance');
    await says(french.page.locator('.feed'), `Actif, ${OWNER.username}`);
    await says(french.page.locator('.feed'), 'The fridge');
    expect(french.problems).toEqual([]);
    await french.context.close();
    expect([...mine.problems, ...theirs.problems]).toEqual([]);
  });
});
