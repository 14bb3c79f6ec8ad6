/** The page of the broker's health, while things happen to the broker: numbers move, and alerts come with their cure. */
import { createConnection } from 'node:net';
import { MqttClient } from 'mqtt';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, logIn, OWNER, setUpOwner } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { connectRaw } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { says, signIn, visit } from '../helpers/web-app.ts';

let hub: Hub;
let browser: Browser;
let api: ApiClient;
let mine: OpenPage;
let page: Page;
const clients: MqttClient[] = [];

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub({ env: { RUCHE_REGISTRATION: 'open' } }), launchBrowser()]);
  api = await setUpOwner(hub);
  mine = await openPage(browser);
  page = mine.page;
  await signIn(page, hub, OWNER, '/health');
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.endAsync(true)));
  await browser?.close();
  await hub?.close();
});

/** As the owner, from an address of this machine's own. */
async function connect(clientId: string, from = '127.0.0.1'): Promise<MqttClient> {
  const open = () => createConnection({ host: '127.0.0.1', port: hub.ports.mqtt ?? 0, localAddress: from });
  const login = { username: api.user.username, password: api.accessToken };
  const client = new MqttClient(open, { ...login, clientId, reconnectPeriod: 0 });
  clients.push(client);
  await new Promise((resolve, reject) => client.once('connect', resolve).once('error', reject));
  return client;
}
const figure = (label: string) => page.locator('.figures > div', { hasText: label }).locator('b');
const numberOf = async (label: string): Promise<number> =>
  Number((await figure(label).textContent())?.replace(/[^\d.]/g, ''));
const alerts = () => page.locator('.alerts-card');

describe('the health page', () => {
  it('opens with numbers, the ports, and nothing that needs anybody', async () => {
    await says(page, '0 hub problems');
    await says(alerts(), 'The hub itself is well.');
    await says(page, `127.0.0.1:${hub.ports.mqtt}`);
    await says(page, 'Everybody reads what is sent to them.');
    await until(async () => (await numberOf('Clients')) >= 1);
  });

  it('counts who comes and what is kept, without being loaded again', async () => {
    const [before, kept] = [await numberOf('Clients'), await numberOf('Retained')];
    const client = await connect('counter');
    await client.publishAsync('kept/value', '21', { qos: 1, retain: true });
    await until(async () => (await numberOf('Clients')) === before + 1);
    await until(async () => (await numberOf('Retained')) === kept + 1);
  });

  it('tells of programs that fight over a client id, with their addresses and the cure', async () => {
    for (let turn = 0; turn < 5; turn++) await connect('pump', turn % 2 === 0 ? '127.0.0.1' : '127.0.0.2');
    await says(alerts(), 'Several programs use the client id “pump”');
    await says(alerts(), /127\.0\.0\.1, 127\.0\.0\.2|127\.0\.0\.2, 127\.0\.0\.1/);
    await says(alerts(), 'Give each program a client id of its own.');
    await says(page, '1 hub problem');
  });

  it('names a client that does not read, and how much waits for it', async () => {
    const { username, accessToken } = { ...api, username: api.user.username };
    const frozen = await connectRaw({
      port: hub.ports.mqtt ?? 0,
      clientId: 'frozen-1',
      username,
      password: accessToken,
    });
    await frozen.subscribe('flood');
    frozen.socket.pause();
    const sender = await connect('sender');
    const payload = Buffer.alloc(200_000, 'x');
    const slow = page.locator('table', { hasText: 'frozen-1' });
    await until(
      async () => {
        await sender.publishAsync('flood', payload, { qos: 0 });
        return (await slow.count()) > 0;
      },
      { timeoutMs: 10_000, what: 'the slow client to be seen' },
    );
    await says(slow, /\d+(\.\d+)?\s?[KM]i?B/i);
    frozen.destroy();
    await says(page, 'Everybody reads what is sent to them.');
  });

  it('shows limits that turned somebody away, and leads to the refusals', async () => {
    await expect(connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 'x'.repeat(2000) })).resolves.toMatchObject({
      connack: { returnCode: 2 },
    });
    await visit(page, '/access/refusals');
    await page.locator('.refusals li').first().waitFor();
    await visit(page, '/health');
    await says(page, 'Listeners');
  });

  it('says to a viewer who may see it', async () => {
    const who = { username: 'vera', password: 'a long password' };
    await api.call('POST /api/v1/auth/register', { body: who });
    expect((await logIn(hub, who)).user.role).toBe('viewer');
    const other = await openPage(browser);
    await signIn(other.page, hub, who, '/health');
    await other.page.locator('.empty').waitFor();
    expect(await other.page.locator('.figures').count()).toBe(0);
    expect(other.problems).toEqual([]);
  });
});

it('nothing on these pages complained', () => {
  expect(mine.problems).toEqual([]);
});
