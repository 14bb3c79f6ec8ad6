/** Bursts that brokers are known to lose messages in: all of them arrive, in order, in memory and on disk. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Connected, startBroker, type TestBroker } from '../../../tests/helpers/start-broker.ts';
import { until } from '../../../tests/helpers/until.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { openLevel } from '../../store/level/open.ts';

const COUNT = 200;
const ALL = Array.from({ length: COUNT }, (_, at) => String(at + 1));

const heardBy = (client: Connected): string[] =>
  client.inbox.flatMap((packet) => (packet.cmd === 'publish' ? [packet.payload.toString()] : []));

const EVERY_WAY = (['in memory', 'on disk'] as const).flatMap((place) =>
  ([4, 5] as const).map((protocolVersion) => ({ place, protocolVersion, name: protocolVersion === 5 ? '5' : '3.1.1' })),
);

describe.each(EVERY_WAY)('$place, with MQTT $name', ({ place, protocolVersion }) => {
  /** What keeps a session in MQTT 5; in 3.1.1 `clean: false` is enough. */
  const kept = { clean: false, ...(protocolVersion === 5 ? { properties: { sessionExpiryInterval: 3600 } } : {}) };

  let hub: TestBroker;
  let dir: string | undefined;
  let writer: Connected;

  beforeEach(async () => {
    const clock = new FakeClock();
    dir = place === 'on disk' ? await mkdtemp(join(tmpdir(), 'ruche-bursts-')) : undefined;
    const where = dir === undefined ? { dir, memory: () => new MemoryLevel<string, string>() } : { dir };
    const store = await openLevel({ ...where, durability: 'commit', log: pino({ level: 'silent' }), clock });
    hub = await startBroker({ store, clock });
    writer = await hub.connect('owner', { clientId: 'writer', acks: true, protocolVersion });
  });
  afterEach(async () => {
    await hub.close();
    if (dir !== undefined) await rm(dir, { recursive: true });
  });

  const reader = () => hub.connect('owner', { clientId: 'reader', acks: true, protocolVersion, ...kept });
  const allHeardBy = async (client: Connected): Promise<void> => {
    await until(() => heardBy(client).length >= COUNT);
    expect(heardBy(client)).toEqual(ALL);
  };
  function burst(more: (turn: number) => { qos: 0 | 1 | 2; retain?: boolean }): void {
    for (let turn = 1; turn <= COUNT; turn++) {
      writer.publish({ topic: 'burst/a', payload: String(turn), messageId: turn, ...more(turn) });
    }
  }
  /** Every QoS 1 and 2 message of the burst is acknowledged. */
  const taken = (count: number) =>
    until(() => writer.inbox.filter(({ cmd }) => cmd === 'puback' || cmd === 'pubrec').length === count);

  it.each([
    ['a retained message followed by plain ones', (turn: number) => ({ qos: 1, retain: turn === 1 }) as const],
    ['every other one retained', (turn: number) => ({ qos: 1, retain: turn % 2 === 0 }) as const],
    ['QoS 0, 1 and 2 mixed', (turn: number) => ({ qos: ([0, 1, 2] as const)[turn % 3] ?? 0 }) as const],
    ['QoS 2 only', () => ({ qos: 2 }) as const],
  ])('delivers %s to clean and kept sessions that are connected', async (_what, more) => {
    const clean = await hub.connect('owner', { clientId: 'clean', acks: true, protocolVersion });
    const lasting = await reader();
    const away = await hub.connect('owner', { clientId: 'away', protocolVersion, ...kept });
    for (const client of [clean, lasting, away]) await client.subscribe('burst/#', 2);
    await away.end();
    burst(more);
    for (const client of [clean, lasting]) await allHeardBy(client);
  });

  it('delivers what came while a kept session was away, and what comes while it catches up, in order', async () => {
    const first = await reader();
    await first.subscribe('burst/#', 1);
    await first.end();
    const half = COUNT / 2;
    for (let turn = 1; turn <= half; turn++) {
      writer.publish({ topic: 'burst/a', payload: String(turn), qos: 1, messageId: turn });
    }
    await taken(half);
    const second = await reader();
    for (let turn = half + 1; turn <= COUNT; turn++) {
      writer.publish({ topic: 'burst/a', payload: String(turn), qos: 1, messageId: turn });
    }
    await allHeardBy(second);
  });

  it('delivers a queue once more under its old packet ids, marked DUP, when it was not acknowledged', async () => {
    const silent = await hub.connect('owner', { clientId: 'reader', protocolVersion, ...kept });
    await silent.subscribe('burst/#', 1);
    burst(() => ({ qos: 1 }));
    await taken(COUNT);
    await until(() => heardBy(silent).length === 100);
    const before = silent.inbox.flatMap(({ cmd, messageId }) => (cmd === 'publish' ? [messageId] : []));
    silent.destroy();
    await until(() => hub.departures.length === 1);
    const back = await reader();
    expect(back.connack.sessionPresent).toBe(true);
    await allHeardBy(back);
    const again = back.inbox.filter((packet) => packet.cmd === 'publish').slice(0, 100);
    expect(again.map(({ messageId }) => messageId)).toEqual(before);
    expect(again.every((packet) => packet.dup)).toBe(true);
  });

  it('forgets what was acknowledged, and keeps the rest over a new start of the hub', async () => {
    const silent = await hub.connect('owner', { clientId: 'reader', protocolVersion, ...kept });
    await silent.subscribe('burst/#', 1);
    burst(() => ({ qos: 1 }));
    await taken(COUNT);
    await until(() => heardBy(silent).length === 100);
    const ids = silent.inbox.flatMap(({ cmd, messageId = 0 }) => (cmd === 'publish' ? [messageId] : []));
    for (const messageId of ids.slice(0, 50)) silent.send({ cmd: 'puback', messageId });
    await until(() => heardBy(silent).length === 150);
    await hub.stop();
    const { store, clock } = hub;
    hub = await startBroker({ store, clock });
    expect(hub.broker.stats()).toMatchObject({ waiting: 150, keptSessions: 1, subscriptions: 1 });
    const back = await reader();
    await until(() => heardBy(back).length >= 150);
    expect(heardBy(back)).toEqual(ALL.slice(50));
    await until(() => hub.broker.stats().waiting === 0);
  });
});
