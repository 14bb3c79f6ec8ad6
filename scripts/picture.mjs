/**
 * Takes the README's pictures of the running app: six simulated Simons play for a while, then the Overview in dark and
 * in light. `node scripts/picture.mjs` after `npm run build`; needs Chromium.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { endHub, HUB_MAIN, spawnHub } from './hub-process.mjs';
import { ROOT } from './repo-files.mjs';

const OWNER = { username: 'Ada', password: 'six simons in a row' };
/** Who plays where: each is paired with one device, which gets the name of its place. */
const PLAYERS = new Map([
  ['Ada', 'Kitchen'],
  ['Linus', 'Workshop'],
  ['Grace', 'Living room'],
  ['Margaret', 'Attic'],
  ['Alan', 'Classroom'],
]);
const DEVICES = 6;
const SPEED = 20;
/** Enough for a leaderboard that looks lived in. */
const SCORES_WANTED = 40;
const WAIT_MAX_MS = 120_000;
const LOOK_EVERY_MS = 250;
const SIZE = { width: 1440, height: 760 };

/**
 * @param {number} port
 * @param {string} token
 */
function makeApi(port, token) {
  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   * @param {string} [bearer]
   * @returns {Promise<any>}
   */
  return async (method, path, body, bearer = token) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: {
        ...(bearer === '' ? {} : { authorization: `Bearer ${bearer}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
}

/**
 * @template T
 * @param {string} what
 * @param {() => Promise<T | undefined>} look
 * @returns {Promise<T>}
 */
async function until(what, look) {
  const endMs = Date.now() + WAIT_MAX_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > endMs) throw new Error(`waited ${WAIT_MAX_MS / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

/**
 * People sign up, devices appear, and everybody but one gets a box to play with.
 * @param {number} port
 */
async function fillHub(port) {
  const { accessToken } = await makeApi(port, '')('POST', '/api/v1/auth/login', OWNER);
  const api = makeApi(port, accessToken);
  for (const username of [...PLAYERS.keys()].filter((name) => name !== OWNER.username)) {
    const { code } = await api('POST', '/api/v1/invites');
    await api('POST', '/api/v1/auth/register', { username, password: OWNER.password, invite: code }, '');
  }
  const waiting = await until('the simulated devices', async () => {
    const { items } = await api('GET', '/api/v1/devices/waiting');
    return items.length >= DEVICES ? items : undefined;
  });
  for (const [index, [username, name]] of [...PLAYERS].entries()) {
    const device = `/api/v1/devices/${waiting[index].deviceId}`;
    await api('POST', `${device}/pairing`, { username });
    await api('PATCH', device, { name });
  }
  await until('scores', async () => {
    const { items } = await api('GET', `/api/v1/scores?limit=${SCORES_WANTED}`);
    return items.length >= SCORES_WANTED ? items : undefined;
  });
}

/**
 * @param {number} port
 * @param {'dark' | 'light'} theme
 */
async function photograph(port, theme) {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({
      colorScheme: theme,
      locale: 'en-GB',
      viewport: SIZE,
      deviceScaleFactor: 1,
    });
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${port}/login`);
    await page.locator('input[autocomplete="username"]').fill(OWNER.username);
    await page.locator('input[type="password"]').fill(OWNER.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.goto(`http://127.0.0.1:${port}/`);
    // The hub's own numbers come once a second.
    await page.getByText(/up \d/).waitFor();
    await page.evaluate('document.fonts.ready');
    const path = join(ROOT, 'docs', `overview-${theme}.png`);
    await page.screenshot({ path });
    console.log(path);
  } finally {
    await browser.close();
  }
}

const dataDir = mkdtempSync(join(tmpdir(), 'ruche-picture-'));
const { child, ports } = await spawnHub(dataDir, {
  env: { RUCHE_OWNER_USERNAME: OWNER.username, RUCHE_OWNER_PASSWORD: OWNER.password },
});
const simulator = spawn(
  process.execPath,
  [HUB_MAIN, 'simulate', 'simon', '--count', String(DEVICES), '--speed', String(SPEED), '--port', String(ports.mqtt)],
  { stdio: ['ignore', 'ignore', 'inherit'] },
);
try {
  await fillHub(ports.http);
  mkdirSync(join(ROOT, 'docs'), { recursive: true });
  for (const theme of /** @type {const} */ (['dark', 'light'])) await photograph(ports.http, theme);
} finally {
  simulator.kill();
  await endHub(child);
  rmSync(dataDir, { recursive: true, force: true });
}
