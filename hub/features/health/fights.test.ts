/** When two programs with one client id are a fight, and what is said about it. */
import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/fake-clock.ts';
import { FIGHT_IDS_MAX, FIGHT_QUIET_MS, Fights } from './fights.ts';

const HOMES = ['192.168.1.7', '192.168.1.8'] as const;

function setUp() {
  const clock = new FakeClock();
  const fights = new Fights(clock, (error) => {
    throw error;
  });
  const began: string[] = [];
  fights.onFight(({ clientId }) => began.push(clientId));
  let turn = 0;
  /** The program that is out comes back and throws the other one out. */
  const takeOver = (clientId = 'pump', homes: readonly string[] = HOMES): void => {
    const [out = '', newcomer = ''] = turn++ % 2 === 0 ? homes : [...homes].reverse();
    fights.takenOver({ clientId, address: out });
    fights.connected({ clientId, address: newcomer });
  };
  return { clock, fights, began, takeOver };
}

describe('two programs with one client id', () => {
  it('are one alert that names both addresses, however long it goes on', () => {
    const { clock, fights, began, takeOver } = setUp();
    const sinceMs = clock.nowMs();
    for (let at = 0; at < 40; at++) {
      takeOver();
      clock.advance(5_000);
    }
    expect(fights.list()).toEqual([
      {
        kind: 'client-id-fight',
        clientId: 'pump',
        addresses: [...HOMES],
        takeOvers: 40,
        sinceMs,
        lastMs: clock.nowMs() - 5_000,
      },
    ]);
    expect(began).toEqual(['pump']);
  });

  it('are an alert at the third take-over within a minute, and not before', () => {
    const { clock, fights, takeOver } = setUp();
    takeOver();
    clock.advance(20_000);
    takeOver();
    expect(fights.list()).toEqual([]);
    clock.advance(20_000);
    takeOver();
    expect(fights.list()).toMatchObject([{ clientId: 'pump', takeOvers: 3 }]);
  });

  it('behind one address are an alert too', () => {
    const { fights, takeOver } = setUp();
    for (let at = 0; at < 3; at++) takeOver('pump', ['10.0.0.1', '10.0.0.1']);
    expect(fights.list()).toMatchObject([{ addresses: ['10.0.0.1'] }]);
  });
});

describe('no alert', () => {
  it('is a client that lost its network and comes back now and then', () => {
    const { clock, fights, began, takeOver } = setUp();
    for (let at = 0; at < 20; at++) {
      takeOver();
      clock.advance(31_000);
    }
    expect([fights.list(), began]).toEqual([[], []]);
  });

  it('remains when it was quiet for five minutes, and a new fight is a new one', () => {
    const { clock, fights, began, takeOver } = setUp();
    for (let at = 0; at < 3; at++) takeOver();
    clock.advance(FIGHT_QUIET_MS + 1);
    expect(fights.list()).toEqual([]);
    takeOver();
    expect(fights.list()).toEqual([]);
    for (let at = 0; at < 2; at++) takeOver();
    expect(fights.list()).toMatchObject([{ takeOvers: 3 }]);
    expect(began).toEqual(['pump', 'pump']);
  });
});

describe('memory', () => {
  it('is bounded, whatever client ids are made up, and so are the addresses of one', () => {
    const { fights, takeOver } = setUp();
    for (let at = 0; at < 3; at++) takeOver('first');
    for (let at = 0; at < FIGHT_IDS_MAX; at++) takeOver(`made up ${at}`);
    expect(fights.list()).toEqual([]);
    for (let at = 0; at < 50; at++) takeOver('many', [`10.0.0.${at}`, `10.0.1.${at}`]);
    expect(fights.list()[0]?.addresses).toHaveLength(4);
  });
});
