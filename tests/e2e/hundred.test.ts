/** One hundred Simons playing for a minute: the hub stays calm, its heap flat, and open pages smooth. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, OWNER, setUpOwner } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { heapUsed, WITH_INSPECTOR } from '../helpers/inspector.ts';
import { type Simons, startSimons } from '../helpers/simons.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { linkSays, signIn, visit } from '../helpers/web-app.ts';

const SIMONS = 100;
/** These play five times as fast as people. */
const SPEED = 5;
const PLAYERS = ['Ada', 'Grace', 'Linus', 'Margaret'];
const PLAYED_MS = 60_000;
/** Caches fill and functions are compiled before this. */
const WARM_UP_MS = 15_000;
/** What may stay: tallies and pulses of a hundred devices, but nothing for each message. */
const HEAP_GROWTH_BYTES_MAX = 3_000_000;
const LOOKED_AT_MS = 10_000;
const FRAMES_PER_S_MIN = 50;
/** Of each second, on the main thread of the page; two hundred rows of the scores move with every game. */
const PAGES = [
  { path: '/', taskMsPerSMax: 120 },
  { path: '/devices', taskMsPerSMax: 120 },
  { path: '/scores', taskMsPerSMax: 200 },
];
/** pino: warn and everything above it. */
const WARN = 40;

let hub: Hub;
let browser: Browser;
let api: ApiClient;
let simons: Simons;
let open: OpenPage;

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub({ env: WITH_INSPECTOR }), launchBrowser()]);
  api = await setUpOwner(hub);
  for (const username of PLAYERS) {
    const { code } = await api.call('POST /api/v1/invites');
    await api.call('POST /api/v1/auth/register', { body: { username, password: OWNER.password, invite: code } });
  }
  open = await openPage(browser);
  await signIn(open.page, hub);
});
afterAll(async () => {
  await simons?.stop();
  await browser.close();
  await hub.close();
});

describe('a hundred Simons', () => {
  let startedMs = 0;
  const played = (ms: number) =>
    until(() => performance.now() - startedMs >= ms, { timeoutMs: PLAYED_MS, everyMs: 250, what: 'the games' });

  it('are all let in and paired', async () => {
    simons = await startSimons(hub, { count: SIMONS, speed: SPEED });
    for (const [index, id] of simons.ids.entries()) {
      const username = PLAYERS[index % PLAYERS.length] ?? OWNER.username;
      await api.call('POST /api/v1/devices/:id/pairing', { params: { id }, body: { username } });
    }
    const paired = () => simons.lines.filter((line) => line.includes('paired with')).length;
    await until(() => paired() === SIMONS, { timeoutMs: 30_000, what: 'a hundred answers' });
    startedMs = performance.now();
  });

  it('play while the heap of the hub stays as it is and three pages stay smooth', async () => {
    await played(WARM_UP_MS);
    const before = await heapUsed(hub);
    const smooth: Smoothness[] = [];
    for (const { path } of PAGES) smooth.push(await smoothness(open.page, path));
    await played(PLAYED_MS);
    const growth = (await heapUsed(hub)) - before;
    expect(growth).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
    for (const [index, { path, taskMsPerSMax }] of PAGES.entries()) {
      expect.soft(smooth[index]?.framesPerS, `frames a second on ${path}`).toBeGreaterThanOrEqual(FRAMES_PER_S_MIN);
      expect.soft(smooth[index]?.taskMsPerS, `ms of work a second on ${path}`).toBeLessThanOrEqual(taskMsPerSMax);
    }
  });

  it('are all still there, and nobody complained', async () => {
    const { items } = await api.call('GET /api/v1/devices', { query: { limit: 200 } });
    expect(items.filter(({ status }) => status === 'online')).toHaveLength(SIMONS);
    await linkSays(open.page, 'Live');
    expect(await simons.stop()).toBe(0);
    expect(simons.lines.at(-1)).toMatch(/^100 Simons: 100 connected, 100 paired, \d{3,} games, 0 connections lost$/);
    expect(hub.logs.filter(({ level }) => level >= WARN)).toEqual([]);
    expect(open.problems).toEqual([]);
  });
});

interface Smoothness {
  framesPerS: number;
  /** Processor time of the page's main thread. */
  taskMsPerS: number;
}

/** Watches the page while nobody touches it; once more when something else took the machine's time. */
async function smoothness(page: Page, path: string): Promise<Smoothness> {
  await visit(page, path);
  const first = await watch(page);
  return first.framesPerS >= FRAMES_PER_S_MIN ? first : watch(page);
}

async function watch(page: Page): Promise<Smoothness> {
  const devtools = await page.context().newCDPSession(page);
  // ticks of the thread, not of the clock on the wall: other processes do not count
  await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
  const taskS = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
  };
  const before = await taskS();
  const framesPerS = await page.evaluate(
    (lookedAtMs) =>
      new Promise<number>((resolve) => {
        let frames = 0;
        const startMs = performance.now();
        const count = (nowMs: number) => {
          frames += 1;
          if (nowMs - startMs < lookedAtMs) requestAnimationFrame(count);
          else resolve((frames * 1000) / (nowMs - startMs));
        };
        requestAnimationFrame(count);
      }),
    LOOKED_AT_MS,
  );
  const taskMsPerS = ((await taskS()) - before) / (LOOKED_AT_MS / 1e6);
  await devtools.detach();
  return { framesPerS, taskMsPerS };
}
