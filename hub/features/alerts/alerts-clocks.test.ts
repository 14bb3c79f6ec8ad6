/** Alerts about devices whose clocks are wrong, or that held back what they say, with real devices, ingest and store. */
import { describe, expect, it } from 'vitest';
import { makeWorld, readings, type World } from '../../app/happenings.fixture.ts';
import type { AlertRuleBody } from '../../contract/alert.ts';

const WARM: AlertRuleBody = { kind: 'threshold', metric: 't', direction: 'above', limit: 30, hysteresis: 2 };
const seen = ({ alerts }: World) =>
  alerts.standing().map(({ kind, deviceId, state, count }) => `${kind} ${deviceId} ${state} ${count}`);

describe('a device with a wrong clock', () => {
  const HOUR_MS = 3_600_000;
  for (const [name, wrongMs] of [
    ['behind', -HOUR_MS],
    ['ahead', HOUR_MS],
  ] as const) {
    const warm = (world: World, t: number) => world.say('d', readings({ t }, world.clock.nowMs() + wrongMs));

    it(`an hour ${name} is beyond a limit for as long as it says so, and no longer`, async () => {
      const world = await makeWorld();
      await world.alerts.createRule({ ...WARM, forS: 300 }, 'ada');
      for (let second = 0; second < 299; second++) {
        await warm(world, 31);
        await world.wait(1);
      }
      expect(seen(world)).toEqual([]);
      await warm(world, 31);
      await world.wait(2);
      expect(seen(world)).toEqual(['threshold d open 1']);
      await warm(world, 20);
      await warm(world, 31);
      await world.wait(298);
      expect(seen(world)).toEqual([]);
      await world.wait(3);
      expect(seen(world)).toHaveLength(1);
    });

    it(`an hour ${name} is silent when nothing comes of it, and only then`, async () => {
      const world = await makeWorld();
      await warm(world, 20);
      await world.alerts.createRule({ kind: 'no-data', metric: 't', afterS: 10 }, 'ada');
      await world.wait(5);
      for (let second = 0; second < 30; second++) {
        await warm(world, 20);
        await world.wait(1);
        expect(seen(world)).toEqual([]);
      }
      await world.wait(15);
      expect(seen(world)).toEqual(['no-data d open 1']);
      // A start of the hub is no word of the device.
      const again = await world.restart({ isKilled: true });
      await again.wait(6);
      expect(seen(again)).toEqual(['no-data d open 1']);
      await warm(again, 20);
      await again.wait(5);
      expect(seen(again)).toEqual([]);
    });
  }
});

describe('fifty values that were held back', () => {
  const MINUTE_MS = 60_000;
  /** One a minute, the last one ten minutes ago, all heard now. */
  const flush = (world: World, values: readonly number[]) => {
    const lastMs = world.clock.nowMs() - 10 * MINUTE_MS;
    const times = values.map((t, at) => readings({ t }, lastMs - (values.length - 1 - at) * MINUTE_MS));
    return world.say('d', ...times);
  };
  const withRule = async () => {
    const world = await makeWorld();
    await world.alerts.createRule({ ...WARM, forS: 300 }, 'ada');
    return world;
  };

  it('raise nothing when only the last one is beyond the limit, until nothing else came for the time', async () => {
    const world = await withRule();
    await flush(world, [...Array(49).fill(20), 31]);
    await world.wait(299);
    expect(seen(world)).toEqual([]);
    await world.wait(2);
    expect(seen(world)).toEqual(['threshold d open 1']);
  });

  it('leave nothing behind when a fresh one is back', async () => {
    const world = await withRule();
    await flush(world, [...Array(49).fill(20), 31]);
    await world.wait(2);
    await world.say('d', readings({ t: 20 }));
    await world.wait(310);
    expect(world.told).toEqual([]);
  });

  it('say nothing about now when a fresh one was there before', async () => {
    const world = await withRule();
    await world.say('d', readings({ t: 20 }));
    await flush(world, Array(50).fill(31));
    await world.wait(310);
    expect(world.told).toEqual([]);
  });

  it('raise when they lasted beyond the limit for the time, and end a silence', async () => {
    const world = await withRule();
    await world.alerts.createRule({ kind: 'no-data', metric: 't', afterS: 60 }, 'ada');
    await world.say('d', readings({ t: 20 }, world.clock.nowMs() - 60 * MINUTE_MS));
    await world.wait(70);
    expect(seen(world)).toEqual(['no-data d open 1']);
    await flush(world, Array(50).fill(31));
    await world.wait(5);
    expect(seen(world)).toEqual(['threshold d open 45']);
  });
});
