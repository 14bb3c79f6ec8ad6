/** The whole way once, by hand: from a hub without an owner to a leaderboard that lives in somebody else's browser. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logIn, OWNER } from '../helpers/api-client.ts';
import { launchBrowser, type OpenPage, openPage } from '../helpers/browser.ts';
import { type Simons, startSimons } from '../helpers/simons.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { linkSays, PATIENCE_MS, says, settled } from '../helpers/web-app.ts';

const FRIEND = { username: 'Léa', password: 'a password of a friend' };
/** From the hub's own time of a score to the frame that shows it in another browser. */
const SEEN_WITHIN_MS = 1000;
const GAMES = 5;

let hub: Hub;
let browser: Browser;
let owner: OpenPage;
let friend: OpenPage;
let simons: Simons;

beforeAll(async () => {
  [hub, browser] = await Promise.all([startHub(), launchBrowser()]);
  [owner, friend] = await Promise.all([openPage(browser), openPage(browser)]);
  for (const { page } of [owner, friend]) page.setDefaultTimeout(PATIENCE_MS);
});
afterAll(async () => {
  await simons?.stop();
  await browser.close();
  await hub.close();
});

describe('the first evening with a hub', () => {
  it('leads whoever opens it first to an owner account and ready-made lines for their device', async () => {
    const { page } = owner;
    await page.goto(`${hub.url}/devices`);
    await page.getByRole('heading', { name: 'Create the owner' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/setup');
    await page.getByLabel('Your name').fill(OWNER.username);
    await page.getByLabel('Password', { exact: true }).fill(OWNER.password);
    await page.getByRole('button', { name: 'Create the owner' }).click();
    await page.getByRole('heading', { name: 'Connect your devices' }).waitFor();
    await says(page, /setServer/);
    expect(await page.locator('.copy-code code').textContent()).toContain(String(hub.ports.mqtt));
    await page.getByRole('button', { name: 'Continue' }).click();
  });

  it('turns green by itself when a Simon is switched on', async () => {
    const { page } = owner;
    await says(page, new RegExp(`Listening on .*:${hub.ports.mqtt}`));
    simons = await startSimons(hub, { speed: 60 });
    await says(page, '1 device is here');
    await says(page, simons.ids[0] ?? '');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: 'Open the overview' }).click();
    await says(page, '1 new device is waiting to be adopted.');
  });

  it('lets a friend in by a link that works once', async () => {
    const link = await invitationLink(owner);
    await friend.page.goto(hub.url + link);
    await friend.page.getByLabel('Name', { exact: true }).fill(FRIEND.username);
    await friend.page.getByLabel('Password', { exact: true }).fill(FRIEND.password);
    await friend.page.getByRole('button', { name: 'Create account' }).click();
    await friend.page.getByRole('link', { name: 'Scores' }).click();
    await says(friend.page, 'No score yet');
    await linkSays(friend.page, 'Live');
    await watchScores(friend);
    const { page, context } = await openPage(browser);
    await page.goto(hub.url + link);
    await page.getByLabel('Name', { exact: true }).fill('Somebody else');
    await page.getByLabel('Password', { exact: true }).fill(FRIEND.password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('alert').getByText('invitation').waitFor();
    await context.close();
  });

  it('shows the new Simon under New devices and pairs it in three live steps', async () => {
    const { page } = owner;
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: /^Devices/ }).click();
    const strip = page.getByRole('region', { name: 'New devices' });
    await says(strip, simons.ids[0] ?? '');
    await strip.getByRole('link', { name: 'Pair' }).click();
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    await says(page, `plays for ${OWNER.username}`);
    await until(async () => (await page.locator('.steps > li.done').count()) === 3, { what: 'three done steps' });
    await page.getByRole('link', { name: 'Devices', exact: false }).first().click();
    await page.getByRole('row', { name: new RegExp(`${simons.ids[0]}.*${OWNER.username}.*unprotected`) }).waitFor();
    expect(await strip.count()).toBe(0);
  });

  it("brings each score to the friend's open page in less than a second", async () => {
    const sightings = await until(
      async () => {
        const seen = await scoresSeen(friend);
        return (seen.at(-1)?.total ?? 0) >= GAMES && seen;
      },
      { timeoutMs: 60_000, what: `${GAMES} scores` },
    );
    const { items } = await (await logIn(hub)).call('GET /api/v1/scores', { query: { limit: 200 } });
    const storedMs = items.map(({ atMs }) => atMs).sort((a, b) => a - b);
    const delays = storedMs.slice(0, GAMES).map((atMs, index) => {
      const sighting = sightings.find(({ total }) => total > index);
      return (sighting?.atMs ?? Number.POSITIVE_INFINITY) - atMs;
    });
    expect(Math.max(...delays), `ms from stored to seen: ${delays}`).toBeLessThan(SEEN_WITHIN_MS);
    await friend.page.getByRole('region', { name: 'Leaderboard' }).getByText(OWNER.username).waitFor();
    expect([owner.problems, friend.problems]).toEqual([[], []]);
  });
});

describe('a restart of the hub', () => {
  it('is said on the open pages, which come back by themselves with everything kept', async () => {
    const before = await (await logIn(hub)).call('GET /api/v1/scores', { query: { limit: 200 } });
    for (const { page } of [owner, friend])
      await page.evaluate(() => document.documentElement.setAttribute('data-mark', 'same'));
    await hub.stop();
    for (const { page } of [owner, friend]) await linkSays(page, 'Reconnecting');
    await says(friend.page, /values from \d\d:\d\d:\d\d/);
    await says(friend.page.getByRole('region', { name: 'Leaderboard' }), OWNER.username);
    await hub.restart();
    for (const { page } of [owner, friend]) await linkSays(page, 'Live');
    const after = await (await logIn(hub)).call('GET /api/v1/scores', { query: { limit: 200 } });
    expect(after.items.map(({ id }) => id)).toEqual(expect.arrayContaining(before.items.map(({ id }) => id)));
    await until(async () => ((await scoresSeen(friend)).at(-1)?.total ?? 0) > after.items.length, {
      timeoutMs: 60_000,
      what: 'a game after the restart',
    });
    for (const { page } of [owner, friend]) {
      expect(await page.evaluate(() => document.documentElement.dataset.mark)).toBe('same');
    }
    await owner.page.getByRole('row', { name: new RegExp(`${simons.ids[0]}.*${OWNER.username}`) }).waitFor();
  });
});

describe('signing out', () => {
  it('leaves nothing to see, also not by Back or by an address typed again', async () => {
    const { page } = owner;
    await page.getByRole('button', { name: `Account: ${OWNER.username}` }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.locator('body').textContent()).not.toContain(simons.ids[0]);
    await page.goto(`${hub.url}/devices?q=x`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(new URL(page.url()).searchParams.get('next')).toBe('/devices?q=x');
    await page.locator('input[name="username"]').fill(OWNER.username);
    await page.locator('input[name="password"]').fill(OWNER.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Devices' }).waitFor();
    await linkSays(friend.page, 'Live');
  });
});

/** Makes an invitation on the Access page; path and query of its link. */
async function invitationLink({ page }: OpenPage): Promise<string> {
  await page.getByRole('link', { name: 'Users & access' }).click();
  await page.getByRole('button', { name: 'Invite someone' }).click();
  const dialog = page.getByRole('dialog', { name: 'Send this link' });
  const { pathname, search } = new URL((await dialog.locator('.copy-field code').first().textContent()) ?? '');
  await settled(page);
  return pathname + search;
}

interface Sighting {
  atMs: number;
  total: number;
}

/** Notes in the page when the count of scores beside "Latest scores" changes: the clock is the hub's, it is one machine. */
function watchScores({ page }: OpenPage): Promise<void> {
  return page.evaluate(() => {
    const seen: Sighting[] = [];
    const look = () => {
      const total = Number(/of (\d+)/.exec(document.querySelector('.latest .count')?.textContent ?? '')?.[1] ?? 0);
      if (total !== (seen.at(-1)?.total ?? 0)) seen.push({ atMs: performance.timeOrigin + performance.now(), total });
      document.documentElement.dataset.scoresSeen = JSON.stringify(seen);
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
    look();
  });
}

async function scoresSeen({ page }: OpenPage): Promise<Sighting[]> {
  return JSON.parse((await page.evaluate(() => document.documentElement.dataset.scoresSeen)) ?? '[]');
}
