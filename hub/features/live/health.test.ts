/** Who is shown the broker's health, and what it costs. */
import { describe, expect, it } from 'vitest';
import type { Person } from '../../domain/principal.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { NO_EVENTS } from './events.fixture.ts';
import { HEALTH } from './health.fixture.ts';
import { createLive } from './live.ts';

const nothing = { snapshot: () => () => undefined, update: () => () => undefined, reset: () => undefined };

const person = (username: string, role: Person['role']): Person => {
  return { kind: 'person', userId: `id of ${username}`, username, role, sessionId: 's' };
};
const OWNER = person('olga', 'owner');
const none = (): never[] => [];
const unasked = (): never => {
  throw new Error('nobody watches this');
};

function setUp() {
  const clock = new FakeClock();
  const sent: { to: string; topic: string; isSnapshot: boolean }[] = [];
  const asked = { health: 0 };
  const live = createLive({
    clock,
    log: { warn: () => undefined },
    sendTo(to, topic, text) {
      sent.push({ to, topic, isSnapshot: JSON.parse(text).snapshot });
      return 'sent';
    },
    events: NO_EVENTS,
    fleet: { devices: none, device: () => undefined, waiting: none },
    rounds: none,
    pairing: unasked,
    values: () => [],
    pairings: none,
    commands: async () => [],
    stats: () => ({
      atMs: 0,
      uptimeS: 0,
      clients: 0,
      messagesInPerS: 0,
      messagesOutPerS: 0,
      commitP95Ms: null,
      storeBytes: null,
      refusedLastHour: 0,
    }),
    topics: { tree: nothing, topic: () => nothing },
    forwarding: () => ({ destinations: [] }),
    health(kind) {
      asked.health += 1;
      return { ...HEALTH, snapshot: kind === 'snapshot' };
    },
  });
  return { clock, live, asked, take: () => sent.splice(0) };
}

describe('$live/health', () => {
  it('begins with everything and comes once a second, counted once for all who watch', () => {
    const { clock, live, asked, take } = setUp();
    live.subscribed('a', OWNER, '$live/health');
    live.subscribed('b', person('otto', 'operator'), '$live/health');
    clock.advance(2000);
    expect(take().map((it) => [it.to, it.isSnapshot])).toEqual([
      ['a', true],
      ['b', true],
      ['a', false],
      ['b', false],
      ['a', false],
      ['b', false],
    ]);
    expect(asked.health).toBe(3);
  });

  it('says nothing to a viewer, whatever the filter, and costs nothing then', () => {
    const { clock, live, asked, take } = setUp();
    live.subscribed('a', person('vera', 'viewer'), '$live/health');
    live.subscribed('b', person('vera', 'viewer'), '$live/#');
    clock.advance(3000);
    expect(take().filter(({ topic }) => topic === '$live/health')).toEqual([]);
    expect(asked.health).toBe(0);
  });
});
