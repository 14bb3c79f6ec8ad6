/** What the hub shows of the simulated devices, put beside what they did and were promised. */
import type { ApiClient } from '../helpers/api-client.ts';
import type { SeenCommands, SeenDevice, SeenForwarding, SeenQueues, Stored } from './invariants.ts';
import type { World } from './world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Around the readings, and how many points: rollups of minutes, of hours and of days. */
const CHARTS = [
  { aroundMs: 2 * HOUR_MS, points: 50 },
  { aroundMs: 10 * DAY_MS, points: 60 },
  { aroundMs: 300 * DAY_MS, points: 100 },
];
/** A device that was switched off before that by true time must not be shown as online any more. */
const GONE_AFTER_MS = 60_000;
const PAGE = 200;
/** One session may ask a thousand things a minute; so many devices stay well below that. */
const DEVICES_A_SESSION = 40;

export async function lookAt(
  world: World,
): Promise<{ devices: SeenDevice[]; forwarding: SeenForwarding; queues: SeenQueues }> {
  let owner = await world.owner();
  const devices: SeenDevice[] = [];
  for (const [at, device] of world.devices.entries()) {
    if (at % DEVICES_A_SESSION === 0) owner = await world.owner(true);
    const { id, promised, sent } = device;
    const common = await shownOf(owner, id, 'n');
    const events = { promised: promised.event, sent: sent.event, stored: await eventsOf(owner, id) };
    const { done, repeatedWithin } = device;
    const commands = {
      promised: world.promisedCommands.get(id) ?? [],
      states: await statesOf(owner, id),
      done,
      repeatedWithin,
    };
    const offMs = world.offSince.get(id);
    const isGone = offMs !== undefined && world.hub.clock.steadyMs() - offMs > GONE_AFTER_MS;
    const presence = device.isConnected ? 'here' : isGone ? 'gone' : 'unknown';
    devices.push({ id, ...common, promised: promised.reading, sent: sent.reading, presence, events, commands });
  }
  for (const { id, promised, sent } of world.posters) {
    const shown = await shownOf(owner, id, 'n');
    devices.push({ id, ...shown, promised, sent, presence: 'unknown', events: NO_EVENTS, commands: NO_COMMANDS });
  }
  const { queued, dropped, deadLetters } = await measure(world);
  const { forwarding, pendingWrites } = world.largest;
  const pendingWritesNow = await pendingOf(owner);
  return {
    devices,
    forwarding: { arrived: world.backend.arrived, queued, dropped, deadLetters },
    queues: { forwarding, pendingWrites, pendingWritesNow },
  };
}

const NO_EVENTS = { promised: new Set<number>(), sent: 0, stored: [] };
const NO_COMMANDS: SeenCommands = { promised: [], states: new Map(), done: [], repeatedWithin: [] };

/** What waits now; the largest is remembered. */
export async function measure({ owner, largest }: World) {
  const who = await owner();
  const { items } = await who.call('GET /api/v1/destinations');
  const status = items[0]?.status ?? { queued: 0, dropped: 0, deadLetters: 0 };
  largest.forwarding = Math.max(largest.forwarding, status.queued);
  largest.pendingWrites = Math.max(largest.pendingWrites, await pendingOf(who));
  return status;
}

async function pendingOf(owner: ApiClient): Promise<number> {
  const text = await (await owner.fetch('/metrics')).text();
  return Number(/^ruche_store_pending_writes (\d+)/m.exec(text)?.[1] ?? Number.NaN);
}

async function shownOf(owner: ApiClient, id: string, metric: string) {
  const params = { id };
  const { status } = await owner.call('GET /api/v1/devices/:id', { params });
  const answer = await owner.fetch(`/api/v1/devices/${id}/history/export?format=json&metrics=${metric}`);
  const stored: Stored[] = await answer.json();
  const { metrics } = await owner.call('GET /api/v1/devices/:id/latest', { params });
  const newest = metrics[metric];
  const latest = newest && { atMs: newest.atMs, value: Number(newest.value) };
  const [fromMs, toMs] = [stored.at(0)?.atMs ?? 0, (stored.at(-1)?.atMs ?? 0) + 1];
  const charts = [];
  for (const { aroundMs, points } of CHARTS) {
    const query = { from: Math.max(0, fromMs - aroundMs), to: toMs + aroundMs, points, metrics: metric };
    charts.push((await owner.call('GET /api/v1/devices/:id/history', { params, query })).metrics[metric]);
  }
  return { status, stored, latest, charts };
}

async function eventsOf(owner: ApiClient, device: string): Promise<number[]> {
  const numbers: number[] = [];
  let cursor: string | undefined;
  do {
    const query = { device, type: 'TICK', limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const page = await owner.call('GET /api/v1/events', { query });
    numbers.push(...page.items.map(({ data }) => Number(Object(data).n)));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return numbers;
}

async function statesOf(owner: ApiClient, id: string): Promise<Map<string, string>> {
  const { items } = await owner.call('GET /api/v1/devices/:id/commands', { params: { id }, query: { limit: PAGE } });
  return new Map(items.map((command) => [command.id, command.state]));
}
