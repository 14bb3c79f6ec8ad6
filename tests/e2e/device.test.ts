/** The page of a device as people use it: its chart, its controls, its files, while the device and the hub come and go. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, OWNER, setUpOwner } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { connectRaw, type RawConnect, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { PATIENCE_MS, says, settled, signIn, visit } from '../helpers/web-app.ts';

const PUMP = '/devices/pump';
/** The device measures this often. */
const RHYTHM_MS = 100;
/** What the page says when it has waited for an answer. */
const NO_ANSWER_MS = 20_000;

let hub: Hub;
let browser: Browser;
let mine: OpenPage;
let page: Page;
let owner: ApiClient;
let pump: RawMqtt;
let ticking: ReturnType<typeof setInterval> | undefined;
let messageId = 0;

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub({ env: { RUCHE_ANONYMOUS: 'open' } }), launchBrowser()]);
  owner = await setUpOwner(hub);
  await switchOn();
  await until(async () => (await owner.call('GET /api/v1/devices')).items.length === 1, { what: 'the pump' });
  for (const [name, pin] of [
    ['Light', 'v0'],
    ['Valve', 'v1'],
  ] as const) {
    await owner.call('POST /api/v1/widgets', { body: { type: 'switch', name, deviceId: 'pump', pin } });
  }
  mine = await openPage(browser);
  page = mine.page;
  await signIn(page, hub, OWNER, `${PUMP}?range=live`);
});
afterAll(async () => {
  clearInterval(ticking);
  pump?.destroy();
  await browser?.close();
  await hub?.close();
});

function say(kind: string, what: object): void {
  messageId = (messageId % 60_000) + 1;
  pump.publish({ topic: `ruche/pump/${kind}`, payload: JSON.stringify(what), qos: 1, messageId });
}

/** Connects, listens for commands and measures from then on. */
async function switchOn(will?: RawConnect['will']): Promise<void> {
  const said = will === undefined ? {} : { will };
  pump = await connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 'ruche-pump', acks: true, ...said });
  await pump.subscribe('ruche/pump/cmd', 1);
  let n = 0;
  const measure = () => say('telemetry', { v: { temperature: 20 + (n++ % 10) / 10, humidity: 60 } });
  measure();
  ticking = setInterval(measure, RHYTHM_MS);
}

function switchOff(): void {
  clearInterval(ticking);
  pump.destroy();
}

/** The next command, as the device reads it. */
async function nextCommand(): Promise<{ id: string; name: string; value: unknown }> {
  const { payload } = await pump.take('publish', ({ topic }) => topic === 'ruche/pump/cmd');
  return JSON.parse(payload.toString());
}

const slider = () => page.getByRole('slider', { name: /History/ });
const row = (name: string) => page.locator('.controls .wr').filter({ hasText: name });
const toggle = (name: string) => page.getByRole('switch', { name });
const isOn = async (name: string) => (await toggle(name).getAttribute('aria-checked')) === 'true';
/** What the data cursor reads out, from the newest point backwards, until it has been said. */
async function walkBack(wanted: RegExp): Promise<boolean> {
  await slider().focus();
  await page.keyboard.press('End');
  for (let step = 0; step < 600; step++) {
    const text = (await slider().getAttribute('aria-valuetext')) ?? '';
    if (wanted.test(text)) return true;
    if ((await slider().getAttribute('aria-valuenow')) === '0') return false;
    await page.keyboard.press('ArrowLeft');
  }
  return false;
}

describe('the chart of a device', () => {
  it('grows while the device speaks, and is read out by arrow keys', async () => {
    await slider().waitFor();
    const points = async () => Number(await slider().getAttribute('aria-valuemax'));
    const before = await points();
    await until(async () => (await points()) > before, { timeoutMs: PATIENCE_MS, what: 'another point' });
    await slider().focus();
    await page.keyboard.press('Home');
    expect(await slider().getAttribute('aria-valuetext')).toMatch(/Temperature 2\d(\.\d)?\s°C; Humidity 60\s%/u);
    await says(page, /Temperature: 20\s°C to/u);
  });

  it('survives a restart of the hub: a gap, no reload', async () => {
    await page.evaluate(() => document.body.setAttribute('data-loaded', 'once'));
    clearInterval(ticking);
    await hub.kill();
    await page.locator('.bar-off:not(.bad)').waitFor();
    await hub.restart();
    pump.destroy();
    await switchOn();
    await page.locator('.bar-off:not(.bad)').waitFor({ state: 'detached', timeout: 60_000 });
    await until(() => walkBack(/said nothing/), { timeoutMs: PATIENCE_MS, what: 'a gap in the chart' });
    expect(await page.locator('body').getAttribute('data-loaded')).toBe('once');
    await page.keyboard.press('End');
    expect(await slider().getAttribute('aria-valuetext')).toMatch(/Temperature 2/);
    mine.problems.splice(0); // what a browser says of a hub that is away
  });

  it('has its range and its lines in the address', async () => {
    await page.getByRole('button', { name: '1 h' }).click();
    expect(page.url()).toContain('range=1h');
    await page.getByRole('button', { name: 'Earlier' }).click();
    expect(page.url()).toMatch(/from=\d+&to=\d+/);
    await page.getByRole('button', { name: 'Later' }).click();
    expect(page.url()).toContain('range=1h');
    await page.keyboard.press('t');
    await page.keyboard.press('l');
    expect(page.url()).toContain('range=live');
    await page.getByRole('button', { name: '2 lines' }).click();
    await page.getByRole('checkbox', { name: 'Humidity' }).click();
    await page.keyboard.press('Escape');
    expect(page.url()).toContain('metrics=temperature');
    await page.reload();
    await settled(page);
    await page.getByRole('button', { name: '1 line' }).waitFor();
    expect(await page.getByRole('button', { name: 'Live', exact: true }).getAttribute('aria-pressed')).toBe('true');
  });

  it('can be had as a table and as a file', async () => {
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.locator('.hist table tbody tr').first().waitFor();
    await page.getByRole('button', { name: 'Show as table' }).click();
    await page.getByRole('button', { name: 'More about the history' }).click();
    await page.getByRole('button', { name: 'Download' }).click();
    const coming = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: 'CSV' }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toBe('ruche-pump-history.csv');
    const text = await readFile(await file.path(), 'utf8');
    expect(text.split('\n').filter((line) => line.includes('temperature')).length).toBeGreaterThan(5);
    expect(text).not.toContain('humidity');
    await page.getByLabel('Detail').selectOption('By the hour');
    const rolled = page.waitForEvent('download');
    await page.getByRole('dialog').getByRole('button', { name: 'CSV' }).click();
    expect((await rolled).suggestedFilename()).toBe('ruche-pump-history-hour.csv');
    expect(await readFile(await (await rolled).path(), 'utf8')).toMatch(
      /^time,ms,device,metric,min,avg,max,last,count/,
    );
    await page.keyboard.press('Escape');
  });
});

describe('a switch', () => {
  it('shows what is wanted, and is believed when the device has answered', async () => {
    await visit(page, `${PUMP}/controls`);
    await toggle('Light').click();
    await until(() => isOn('Light'), { what: 'the switch to show what is wanted' });
    const command = await nextCommand();
    expect(command).toMatchObject({ name: 'v0', value: 1 });
    await says(row('Light'), 'Sent, waiting for its answer');
    say('ack', { id: command.id, status: 'ok' });
    await says(row('Light'), /Confirmed after/);
    expect(await isOn('Light')).toBe(true);
    await page.locator('.commands li[data-state="acknowledged"]').first().waitFor();
  });

  it('goes back when the device says that it failed', async () => {
    await toggle('Light').click();
    const { id } = await nextCommand();
    say('ack', { id, status: 'error', message: 'no power' });
    await says(row('Light'), 'It could not do it: no power');
    expect(await isOn('Light')).toBe(true);
  });

  it('says that there is no answer, and goes back', async () => {
    await toggle('Valve').click();
    await nextCommand();
    await until(() => isOn('Valve'), { what: 'the switch to show what is wanted' });
    await row('Valve').getByText('pump has it, but did not confirm it').waitFor({ timeout: NO_ANSWER_MS });
    await says(page.locator('.commands li').first(), 'pump has it, but did not confirm it');
    expect(await isOn('Valve')).toBe(false);
    await row('Valve').getByRole('button', { name: 'Retry' }).click();
    const { id } = await nextCommand();
    say('ack', { id, status: 'ok' });
    await says(row('Valve'), /Confirmed after/);
    expect(await isOn('Valve')).toBe(true);
  });

  it('waits for a device that sleeps, can be taken back, and is told when it wakes', async () => {
    clearInterval(ticking);
    say('status', { status: 'online', sleep_s: 900 });
    const sleepId = messageId;
    await pump.take('puback', (packet) => packet.messageId === sleepId);
    pump.destroy();
    await page.locator('.dh .st').filter({ hasText: 'asleep' }).waitFor();
    await toggle('Light').click();
    await says(row('Light'), /Queued: the device sleeps until about \d\d:\d\d/);
    expect(await isOn('Light')).toBe(false);
    await page.locator('.commands').getByRole('button', { name: 'Cancel' }).click();
    await until(() => isOn('Light'), { what: 'the switch to go back' });
    await toggle('Light').click();
    await says(row('Light'), /Queued/);
    await switchOn();
    const command = await nextCommand();
    expect(command).toMatchObject({ name: 'v0', value: 0 });
    say('ack', { id: command.id, status: 'ok' });
    await says(row('Light'), /Confirmed after/);
    expect(await isOn('Light')).toBe(false);
  });
});

describe('a device', () => {
  it('gets a widget, a tag and a rule, and raises an alert', async () => {
    await page.getByRole('button', { name: 'Add a widget' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Kind').selectOption('slider');
    await dialog.getByLabel('Name').fill('Speed');
    await dialog.getByRole('button', { name: 'Save' }).click();
    const speed = page.getByRole('slider', { name: 'Speed' });
    await speed.waitFor();
    const { x, y, width, height } = (await speed.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const [atLeast, middle] = [x + height / 2, y + height / 2];
    await page.mouse.move(atLeast, middle);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, middle, { steps: 4 });
    expect(Number(await speed.inputValue())).toBeGreaterThan(0);
    await page.mouse.move(x - 30, middle + 90, { steps: 4 });
    await page.mouse.up();
    expect(await speed.inputValue()).toBe('0');
    await page.locator('.ctl.wait').waitFor({ state: 'detached' }); // nothing was asked: nothing is on its way
    await page.getByRole('button', { name: 'Tags' }).click();
    await dialog.getByLabel('Tags of this device').fill('garden south');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.locator('.dh a.chip').filter({ hasText: 'south' }).waitFor();
    await visit(page, `${PUMP}/alerts`);
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await dialog.getByLabel('Metric').fill('temperature');
    await dialog.getByLabel('Limit', { exact: true }).fill('10');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await says(page.locator('.standing .alerts'), /above 10/);
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await says(page.locator('.standing .alerts'), `Acknowledged by ${OWNER.username}`);
  });

  it('shows its raw messages, both ways', async () => {
    await visit(page, `${PUMP}/messages`);
    await page.locator('.heard-line .from').nth(2).waitFor();
    await page.locator('.heard-value .was').first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Go on' }).waitFor();
  });

  it('says how often it had to come back, how it went, and what its last will is', async () => {
    await visit(page, `${PUMP}/diagnostics`);
    const connection = page.locator('.card').filter({ hasText: 'MQTT session' });
    await says(connection, /^[1-9]\d* in 24.h, [1-9]\d* since the hub started$/);
    await says(connection, 'none');
    switchOff();
    await says(connection, /it broke off/);
    const topic = 'ruche/pump/status';
    await switchOn({ topic, payload: 'offline', qos: 1, retain: true });
    await says(connection, topic);
    await says(connection, '7 bytes · QoS 1 · retained');
    await page.setViewportSize({ width: 320, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    expect(mine.problems).toEqual([]);
    switchOff();
  });
});
