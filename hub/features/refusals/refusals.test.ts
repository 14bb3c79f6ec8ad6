/** Refusals: counted, bounded, searchable. */
import { describe, expect, it } from 'vitest';
import { bareHttp, bearer } from '../../app/http.fixture.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import { FakeClock } from '../../lib/fake-clock.ts';
import { LOGGED_PER_MINUTE_MAX, makeRefusals, REFUSALS_MAX } from './refusals.ts';
import { refusalRoutes } from './routes.ts';

function start() {
  const clock = new FakeClock();
  const lines: object[] = [];
  const refusals = makeRefusals(clock, { info: (fields, message) => void lines.push({ ...fields, message }) });
  const add = (more: Partial<RefusalFacts> = {}): void =>
    refusals.add({
      code: 'PUBLISH_FORBIDDEN',
      action: 'publish',
      clientId: 'lamp-1',
      topic: 'kitchen/lamp',
      address: '10.0.0.1',
      atMs: clock.nowMs(),
      ...more,
    });
  return { clock, lines, refusals, add, search: (q?: string) => refusals.search({ q, limit: 200 }) };
}

describe('refusals', () => {
  it('are explained, and repeats are counted instead of listed', () => {
    const { clock, add, search } = start();
    const firstAtMs = clock.nowMs();
    add({ detail: 'first' });
    add({ clientId: 'other' });
    clock.advance(1000);
    add({ detail: 'second' });
    const [latest, other] = search();
    expect(latest).toMatchObject({ code: 'PUBLISH_FORBIDDEN', count: 2, firstAtMs, lastAtMs: firstAtMs + 1000 });
    expect(latest).toMatchObject({ detail: 'second', title: expect.any(String), hint: expect.any(String) });
    expect(other).toMatchObject({ clientId: 'other', count: 1 });
    expect(search()).toHaveLength(2);
  });

  it.each(['LAMP-1', 'kitchen', '10.0.0', 'publish_forb', 'esp-7', 'Ada'])('are found by %s', (q) => {
    const { add, search } = start();
    add({ deviceId: 'ESP-7', username: 'ada' });
    add({ code: 'TOKEN_WRONG', action: 'connect', clientId: 'x', topic: 'attic', address: '::1' });
    expect(search(q)).toHaveLength(1);
    expect(search('nothing of that')).toEqual([]);
  });

  it('are in the log once each, and never more than so many a minute', () => {
    const { clock, lines, add } = start();
    add();
    add();
    expect(lines).toMatchObject([{ message: 'refused', code: 'PUBLISH_FORBIDDEN', clientId: 'lamp-1' }]);
    for (let at = 0; at < 1000; at++) add({ topic: `made up ${at}` });
    expect(lines).toHaveLength(LOGGED_PER_MINUTE_MAX + 1);
    clock.advance(60_000);
    add({ topic: 'a minute later' });
    expect(lines).toHaveLength(LOGGED_PER_MINUTE_MAX + 2);
  });

  it('keep the last thousand', () => {
    const { add, search } = start();
    add({ topic: 'repeated' });
    for (let i = 0; i < REFUSALS_MAX - 1; i++) add({ topic: `topic/${i}`, deviceId: 'lamp' });
    add({ topic: 'repeated' });
    add({ topic: 'one more', deviceId: 'lamp' });
    expect(search('topic/0')).toEqual([]);
    expect(search('repeated')).toMatchObject([{ count: 2 }]);
  });

  it('cut what a client made up', () => {
    const { add, search } = start();
    add({ topic: 't'.repeat(60_000) });
    expect(search()[0]?.topic).toHaveLength(256);
  });

  it('offer the rule that was missing, unless it is too long to be kept whole', () => {
    const { add, search } = start();
    add({ account: 'z2m', rule: 'no-rule', hint: 'Add it.', allow: 'topic write a' });
    expect(search()[0]).toMatchObject({ account: 'z2m', rule: 'no-rule', hint: 'Add it.', allow: 'topic write a' });
    add({ account: 'z2m', allow: `topic write ${'t'.repeat(300)}` });
    expect(search()[0]).not.toHaveProperty('allow');
  });

  it('of the last hour are counted with their repeats', () => {
    const { clock, add, refusals } = start();
    add();
    add();
    clock.advance(30 * 60_000);
    add();
    expect(refusals.recordedLastHour()).toBe(3);
    clock.advance(30 * 60_000);
    expect(refusals.recordedLastHour()).toBe(1);
    clock.advance(24 * 60 * 60_000);
    expect(refusals.recordedLastHour()).toBe(0);
  });

  it('are read by operators, also by another name of a device', async () => {
    const { add, refusals } = start();
    add({ deviceId: 'AABBCCDDEEFF' });
    add({ deviceId: 'lamp', topic: 'attic' });
    const http = await bareHttp();
    refusalRoutes({ refusals, canonicalId: (id) => id.replaceAll(':', '').toUpperCase() })(http);
    const ask = (role: string) =>
      http.inject({ url: '/api/v1/refusals?device=aa:bb:cc:dd:ee:ff&limit=5', headers: bearer(role) });
    expect((await ask('viewer')).statusCode).toBe(403);
    const { items } = (await ask('operator')).json();
    expect(items).toMatchObject([{ deviceId: 'AABBCCDDEEFF', count: 1 }]);
  });
});
