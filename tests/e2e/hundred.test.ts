/** One hundred Simons playing for a minute: the hub stays calm, its heap flat, and open pages smooth. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, OWNER, setUpOwner } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { heapUsed, WITH_INSPECTOR } from '../helpers/inspector.ts';
import { type Simons, startSimons } from '../helpers/simons.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { linkSays, signIn, visit } from '../helpers/web-app.ts';

const SIMONS = 100;
/** A hundred real ones send a few messages a second; these send more than a hundred. */
const SPEED = 10;
const PLAYERS = ['Ada', 'Grace', 'Linus', 'Margaret'];
const PLAYED_MS = 60_000;
/** Caches fill and functions are compiled before this. */
const WARM_UP_MS = 15_000;
/** What may stay: tallies and pulses of a hundred devices, but nothing for each message. */
const HEAP_GROWTH_BYTES_MAX = 3_000_000;
const LOOKED_AT_MS = 10_000;
const FRAMES_PER_S_MIN = 50;
/** Of each second, in tasks longer than 50 ms. */
const LONG_TASKS_MS_PER_S_MAX = 120;
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
    for (const path of ['/', '/devices', '/scores']) {
      await visit(open.page, path);
      smooth.push(await smoothness(open, path));
    }
    await played(PLAYED_MS);
    const growth = (await heapUsed(hub)) - before;
    console.log({ heapMb: before / 1e6, growthMb: growth / 1e6, smooth });
    expect(growth).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
    for (const page of smooth) {
      expect.soft(page.framesPerS, page.path).toBeGreaterThanOrEqual(FRAMES_PER_S_MIN);
      expect.soft(page.longTasksMsPerS, page.path).toBeLessThanOrEqual(LONG_TASKS_MS_PER_S_MAX);
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
  path: string;
  framesPerS: number;
  longTasksMsPerS: number;
}

/** Frames and long tasks of the page while nobody touches it. */
async function smoothness({ page }: OpenPage, path: string): Promise<Smoothness> {
  const counted = await page.evaluate(
    (lookedAtMs) =>
      new Promise<{ framesPerS: number; longTasksMsPerS: number }>((resolve) => {
        let frames = 0;
        let longMs = 0;
        const tasks = new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) longMs += duration;
        });
        tasks.observe({ type: 'longtask' });
        const startMs = performance.now();
        const count = (nowMs: number) => {
          const passedMs = nowMs - startMs;
          if (passedMs >= lookedAtMs) {
            tasks.disconnect();
            resolve({ framesPerS: (frames * 1000) / passedMs, longTasksMsPerS: (longMs * 1000) / passedMs });
            return;
          }
          frames += 1;
          requestAnimationFrame(count);
        };
        requestAnimationFrame(count);
      }),
    LOOKED_AT_MS,
  );
  return { path, ...counted };
}
