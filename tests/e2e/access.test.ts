/** Accounts of programs: made in the browser, used by a real MQTT client, asked about, refused, and allowed with one press. */
import { connectAsync, type MqttClient } from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWNER, setUpOwner } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { says, signIn, visit } from '../helpers/web-app.ts';

let hub: Hub;
let browser: Browser;
let mine: OpenPage;
let page: Page;
let z2m: MqttClient | undefined;

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub(), launchBrowser()]);
  await setUpOwner(hub);
  mine = await openPage(browser);
  page = mine.page;
  await signIn(page, hub, OWNER, '/access/accounts');
});
afterAll(async () => {
  await z2m?.endAsync(true);
  await browser?.close();
  await hub?.close();
});

const PASSWORD = 'a long password of a program';
const connect = (password: string) =>
  connectAsync(hub.mqttUrl, {
    ...{ username: 'zigbee2mqtt', password, clientId: 'z2m-1' },
    protocolVersion: 5,
    reconnectPeriod: 0,
  });
const account = () => page.locator('.rows li', { hasText: 'zigbee2mqtt' });
const answer = () => page.locator('.card.answer');

describe('an account', () => {
  it('is made with rules to start from; its password is shown once, with the lines for the program', async () => {
    await says(page, 'No account yet');
    await page.getByRole('button', { name: 'New account' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('zigbee2mqtt');
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await page.getByText('Zigbee2MQTT', { exact: true }).click();
    const rules = page.getByLabel('Rules, one per line');
    expect(await rules.inputValue()).toBe('topic readwrite zigbee2mqtt/#\ntopic readwrite homeassistant/#');
    await rules.fill('topic sometimes zigbee2mqtt/#');
    await says(page, '“sometimes” is not read, write, readwrite or deny.');
    await rules.fill('topic readwrite zigbee2mqtt/#\ntopic deny zigbee2mqtt/secret');
    await page.getByRole('button', { name: 'Create the account' }).click();
    await says(page, 'zigbee2mqtt can connect');
    await says(page, /base_topic|mqtt:\/\//);
    await page.getByRole('button', { name: 'Done' }).click();
    await account().waitFor();
    expect(await page.getByText(PASSWORD).count()).toBe(0);
  });

  it('lets its program in, and the page says that it is there', async () => {
    await expect(connect('a wrong password')).rejects.toThrow();
    z2m = await connect(PASSWORD);
    await z2m.publishAsync('zigbee2mqtt/lamp', 'on', { qos: 1 });
    await page.reload();
    await says(account(), '1 connected');
  });
});

describe('the tester', () => {
  const ask = async (action: 'publish' | 'subscribe', topic: string) => {
    await page.getByRole('button', { name: action, exact: true }).click();
    await page.locator('input[name="topic"]').fill(topic);
    await page.getByRole('button', { name: 'Would it pass?' }).click();
  };

  it('says yes with the rule that decides', async () => {
    await page.getByRole('link', { name: 'Would it pass?' }).click();
    await page.locator('input[name="topic"]').waitFor();
    expect(await page.locator('input[name="who"]').inputValue()).toBe('zigbee2mqtt');
    await ask('publish', 'zigbee2mqtt/lamp');
    await says(answer(), 'zigbee2mqtt may publish to zigbee2mqtt/lamp.');
    await says(answer(), 'topic readwrite zigbee2mqtt/#');
  });

  it('says no with the rule that forbids, and offers nothing that would not help', async () => {
    await ask('publish', 'zigbee2mqtt/secret');
    await says(answer(), 'zigbee2mqtt may not publish to zigbee2mqtt/secret.');
    await says(answer(), 'topic deny zigbee2mqtt/secret');
    expect(await page.getByRole('button', { name: 'Allow this' }).count()).toBe(0);
  });

  it('says no where no rule speaks, allows it with one press, and asks again by itself', async () => {
    await ask('subscribe', 'homeassistant/status');
    await says(answer(), 'zigbee2mqtt may not subscribe to homeassistant/status.');
    await page.getByRole('button', { name: 'Allow this' }).click();
    await says(answer(), 'zigbee2mqtt may subscribe to homeassistant/status.');
    await z2m?.subscribeAsync('homeassistant/status', { qos: 1 });
  });
});

describe('what the program was refused', () => {
  it('is listed with the cure, allowed with one press, and passes then on the same connection', async () => {
    await expect(z2m?.publishAsync('other/topic', 'x', { qos: 1 })).rejects.toMatchObject({ code: 0x87 });
    await visit(page, '/access/refusals');
    const refused = page.locator('.refusals li', { hasText: 'other/topic' });
    await says(refused, 'Add the rule “topic write other/topic” to the account zigbee2mqtt.');
    await says(refused, 'z2m-1');
    await refused.getByRole('button', { name: 'Allow this' }).click();
    await refused.getByRole('button', { name: 'Allowed' }).waitFor();
    await z2m?.publishAsync('other/topic', 'x', { qos: 1 });
  });

  it('is found by what is typed, and gone from the list when it does not match', async () => {
    await page.getByRole('searchbox').fill('other/topic');
    await until(() => new URL(page.url()).searchParams.get('q') === 'other/topic');
    await page.locator('.refusals li', { hasText: 'other/topic' }).waitFor();
    await page.getByRole('searchbox').fill('nothing like it');
    await says(page, 'No match for “nothing like it”');
  });
});

it('an account that is deleted ends its connections at once', async () => {
  await visit(page, '/access/accounts');
  await page.getByRole('button', { name: 'Delete zigbee2mqtt' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await says(page, 'zigbee2mqtt is deleted.');
  await until(() => z2m?.connected === false);
  await expect(connect(PASSWORD)).rejects.toThrow();
  expect(mine.problems).toEqual([]);
});
