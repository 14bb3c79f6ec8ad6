/** From the publish of a device to the change of a page that shows it: the devices list, and the open device. */
import { existsSync } from 'node:fs';
import mqtt from 'mqtt';
import { chromium } from 'playwright-core';
import { OWNER, startHubServer } from './hub-server.mjs';
import { bounds } from './tables.mjs';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const DEVICES = 200;
const PERIOD_MS = 1000;
const WATCH_MS = 20_000;
/** Pages, connections and the rhythm of the devices have come to rest. */
const SETTLE_MS = 5000;
const PATIENCE_MS = 15_000;
/** Wanted of the p95. */
const LIST_MS = 400;
const DEVICE_MS = 100;
/** What no other number of a page looks like: three digits, and then this. */
const FRACTION = 0.25;
const FIRST_VALUE = 100;
const VALUES = 900;

/**
 * @typedef {{ key: string, atMs: number }} Seen a text that identifies one publish, and when it was on the page
 * @typedef {Map<string, number>} Sent when that publish was made
 */

/** @returns {Promise<string>} Markdown */
export async function pixels() {
  const title = '### From a publish to the page\n\n';
  if (CHROMIUM === undefined) return `${title}Left out: there is no Chromium on this machine.`;
  const hub = await startHubServer('ruche', 'commit', { devices: DEVICES, arePaired: false });
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  /** @type {Fleet | undefined} */
  let fleet;
  try {
    const page = await (await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce' })).newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    fleet = await startFleet(hub);
    await signIn(page, hub.url);
    await page.locator('[role="row"][data-id]').first().waitFor();
    const list = await watch(page, watchList);
    await page.goto(`${hub.url}/devices/${fleet.watched}`);
    await page.locator('main h1').first().waitFor();
    const device = await watch(page, watchDevice);
    const rows = [
      { name: 'devices list', ms: delays(list, fleet.sentCounts), wantedMs: LIST_MS },
      { name: 'open device', ms: delays(device, fleet.sentValues), wantedMs: DEVICE_MS },
    ];
    const why = `${DEVICES} devices, one reading a second each; the time is that of the change in the document.`;
    return `${title}${why}\n\n${bounds(rows)}`;
  } finally {
    await fleet?.stop();
    await browser.close();
    await hub.stop();
  }
}

/**
 * @param {import('playwright-core').Page} page
 * @param {string} url
 */
async function signIn(page, url) {
  await page.goto(`${url}/login?next=${encodeURIComponent('/devices')}`);
  await page.locator('input[name="username"]').fill(OWNER.username);
  await page.locator('input[name="password"]').fill(OWNER.password);
  await page.locator('button[type="submit"]').click();
  await page.locator('main h1').first().waitFor();
}

/**
 * Every change of the page is looked at as soon as the page has made it.
 * @param {import('playwright-core').Page} page
 * @param {() => void} look runs in the page; adds to its `seen`
 * @returns {Promise<Seen[]>}
 */
async function watch(page, look) {
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  await page.evaluate(look);
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  return page.evaluate(() => Reflect.get(globalThis, 'seen'));
}

/** In the page: the count of messages of a row tells which of them it has come to. */
function watchList() {
  /** @type {Seen[]} */
  const seen = [];
  const known = new Map();
  const read = () => {
    const atMs = Date.now();
    for (const row of document.querySelectorAll('[role="row"][data-id]')) {
      const id = row.getAttribute('data-id');
      const count = row.querySelector('.c-messages')?.firstChild?.textContent?.replaceAll(/\D/g, '') ?? '';
      if (known.get(id) === count) continue;
      // What it showed at first says nothing about when.
      if (known.has(id)) seen.push({ key: `${id} ${count}`, atMs });
      known.set(id, count);
    }
  };
  read();
  new MutationObserver(read).observe(document.body, { subtree: true, childList: true, characterData: true });
  Reflect.set(globalThis, 'seen', seen);
}

/** In the page: no two readings have the same value. */
function watchDevice() {
  /** @type {Seen[]} */
  const seen = [];
  const known = new Set();
  const read = (/** @type {boolean} */ isFirst) => {
    const atMs = Date.now();
    for (const [key] of document.querySelector('main')?.textContent?.matchAll(/\d{3}\.25/g) ?? []) {
      if (known.has(key)) continue;
      known.add(key);
      if (!isFirst) seen.push({ key, atMs });
    }
  };
  read(true);
  new MutationObserver(() => read(false)).observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
  });
  Reflect.set(globalThis, 'seen', seen);
}

/**
 * @param {readonly Seen[]} seen
 * @param {Sent} sent
 */
const delays = (seen, sent) =>
  seen.flatMap(({ key, atMs }) => {
    const sentMs = sent.get(key);
    return sentMs === undefined ? [] : [atMs - sentMs];
  });

/**
 * @typedef {object} Fleet
 * @property {string} watched a device whose values are noted
 * @property {Sent} sentCounts by device and count
 * @property {Sent} sentValues of the watched device
 * @property {() => Promise<void>} stop
 */

/**
 * Devices that say something once a second, spread evenly over it.
 * @param {{ port: number, tokens: readonly string[], ids: readonly string[] }} hub
 * @returns {Promise<Fleet>}
 */
async function startFleet({ port, ids, tokens }) {
  const clients = await Promise.all(
    ids.map((id, at) => {
      const sign = { clientId: id, username: id, password: tokens[at] ?? '' };
      return mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, sign);
    }),
  );
  const [watched = ''] = ids;
  const sentCounts = new Map();
  const sentValues = new Map();
  let turn = 0;
  const speak = () => {
    const at = turn % ids.length;
    const count = Math.floor(turn / ids.length) + 1;
    turn += 1;
    const value = FIRST_VALUE + (count % VALUES) + FRACTION;
    const sentMs = Date.now();
    sentCounts.set(`${ids[at]} ${count}`, sentMs);
    if (at === 0) sentValues.set(String(value), sentMs);
    clients[at]?.publish(`ruche/${ids[at]}/telemetry`, JSON.stringify({ v: { temperature: value } }), { qos: 1 });
  };
  const startedMs = Date.now();
  const timer = setInterval(() => {
    while (turn < ((Date.now() - startedMs) * ids.length) / PERIOD_MS) speak();
  }, PERIOD_MS / ids.length);
  return {
    watched,
    sentCounts,
    sentValues,
    async stop() {
      clearInterval(timer);
      await Promise.all(clients.map((client) => client.endAsync()));
    },
  };
}
