/** Forwarding as people see it: a queue that grows while a backend is away, and drains when it is back. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Backend, startBackend } from '../../hub/features/forwarding/forwarding.fixture.ts';
import { OWNER, setUpOwner } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { says, signIn } from '../helpers/web-app.ts';

let hub: Hub;
let browser: Browser;
let mine: OpenPage;
let page: Page;
let backend: Backend;
let sensor: RawMqtt;

beforeAll(async () => {
  [hub, browser, backend] = await Promise.all([
    startHub({ env: { RUCHE_ANONYMOUS: 'open' } }),
    launchBrowser(),
    startBackend(),
  ]);
  await setUpOwner(hub);
  mine = await openPage(browser);
  page = mine.page;
  await signIn(page, hub, OWNER, '/forwarding');
  sensor = await connectRaw({ port: hub.ports.mqtt ?? 0, clientId: 'sensor' });
});
afterAll(async () => {
  sensor?.destroy();
  await browser.close();
  await hub.close();
  await backend.stop();
});

/** The figure under a name, as it is shown. */
const figure = (name: string) => page.locator('.destination-figures > div').filter({ hasText: name }).locator('dd');
const publish = (n: number) =>
  sensor.publish({ topic: 'home/door', payload: JSON.stringify({ n }), qos: 1, messageId: n });

describe('a webhook', () => {
  it('is made on the page and gets what is published from then on', async () => {
    await says(page, 'Nothing is forwarded');
    await page.getByRole('button', { name: 'Add a destination' }).click();
    await page.getByLabel('Name').fill('Backend');
    await page.getByLabel('Address').fill(`${backend.url}/hook`);
    await page.getByLabel('Topics').fill('home/#');
    await page.getByRole('button', { name: 'Save' }).click();
    await says(page, 'Backend was saved.');
    publish(1);
    await figure('Sent').filter({ hasText: '1' }).first().waitFor();
    expect(backend.bodies()).toMatchObject([{ topic: 'home/door', json: { n: 1 } }]);
  });

  it('has a queue that grows while the backend is away, says why, and drains in order when it is back', async () => {
    await backend.stop();
    for (let n = 2; n <= 6; n++) publish(n);
    await figure('Waiting').filter({ hasText: '5' }).waitFor();
    await says(page, 'It cannot be reached: nobody answers at this address.');
    await says(page, 'Everything here goes on as before');
    await backend.start();
    await page.getByRole('button', { name: 'Try now' }).click();
    await figure('Waiting').filter({ hasText: '0' }).waitFor();
    await says(page, 'Up to date');
    expect(backend.bodies().map(({ json }) => json.n)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('keeps what the backend refuses, for another try', async () => {
    backend.answer = { status: 422, body: '{"error":"n is odd"}' };
    publish(7);
    const letters = figure('Dead letters').getByRole('button', { name: '1' });
    await letters.waitFor();
    backend.answer = { status: 204 };
    await letters.click();
    await says(page.getByRole('dialog'), 'It does not take this body.');
    await page.getByRole('dialog').getByRole('button', { name: 'Resend', exact: true }).click();
    await says(page, 'No dead letters');
    await page.keyboard.press('Escape');
    await figure('Dead letters').filter({ hasText: '0' }).waitFor();
    expect(backend.bodies().at(-1)).toMatchObject({ json: { n: 7 } });
  });

  it('is paused, tried and deleted', async () => {
    await page.getByRole('button', { name: 'Send a test' }).click();
    await says(page, 'The test was taken');
    await page.getByRole('button', { name: 'Pause' }).click();
    await says(page, 'Paused');
    publish(8);
    await figure('Waiting').filter({ hasText: '1' }).waitFor();
    await page.getByRole('button', { name: 'More about Backend' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await says(page, 'Nothing is forwarded');
    expect(mine.problems).toEqual([]);
  });
});
