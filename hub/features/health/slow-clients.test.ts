/** Who counts as slow. */
import { describe, expect, it } from 'vitest';
import type { Person } from '../../domain/principal.ts';
import { type Reader, SLOW_ALERT_MS, SLOW_BYTES, SLOW_GONE_MS, SLOW_SHOWN_MAX, SlowClients } from './slow-clients.ts';

const LEA: Person = { kind: 'person', userId: 'u', username: 'lea', role: 'viewer', sessionId: 's' };
const reader = (clientId: string, principal: Reader['principal'] = { kind: 'open' }) => {
  return { clientId, principal, address: '10.0.0.7', unsentBytes: 0 };
};

describe('a slow client', () => {
  it('is one that is owed much at two looks in a row, since the first of them', () => {
    const slow = new SlowClients();
    const lea = reader('browser', LEA);
    lea.unsentBytes = SLOW_BYTES;
    slow.look([lea], 1000);
    expect(slow.list()).toEqual([]);
    lea.unsentBytes = 3 * SLOW_BYTES;
    slow.look([lea], 2000);
    expect(slow.list()).toEqual([
      { clientId: 'browser', user: 'lea', address: '10.0.0.7', waitingBytes: 3 * SLOW_BYTES, sinceMs: 1000 },
    ]);
    expect(slow.count).toBe(1);
  });

  it('is none any more when it has read, or is gone', () => {
    const slow = new SlowClients();
    const [reads, leaves] = [reader('reads'), reader('leaves')];
    for (const one of [reads, leaves]) one.unsentBytes = SLOW_BYTES;
    slow.look([reads, leaves], 1000);
    slow.look([reads, leaves], 2000);
    expect(slow.count).toBe(2);
    reads.unsentBytes = 10;
    slow.look([reads], 3000);
    expect(slow.list()).toEqual([]);
    reads.unsentBytes = SLOW_BYTES;
    slow.look([reads], 4000);
    expect(slow.list()).toEqual([]);
  });

  it('is an alert after half a minute', () => {
    const slow = new SlowClients();
    const one = { ...reader('c'), unsentBytes: SLOW_BYTES };
    slow.look([one], 0);
    slow.look([one], SLOW_ALERT_MS - 1);
    expect(slow.alerts(SLOW_ALERT_MS - 1)).toEqual([]);
    expect(slow.alerts(SLOW_ALERT_MS)).toMatchObject([{ kind: 'slow-client', clientId: 'c' }]);
  });

  it('is an alert for five minutes when it was cut off, and none when it read everything before it left', () => {
    const slow = new SlowClients();
    const [frozen, late] = [reader('frozen'), reader('late')];
    for (const one of [frozen, late]) one.unsentBytes = SLOW_BYTES;
    slow.look([frozen, late], 1000);
    slow.look([frozen, late], 2000);
    late.unsentBytes = 0;
    slow.look([late], 3000);
    slow.look([], 4000);
    expect(slow.alerts(4000)).toMatchObject([
      { clientId: 'frozen', waitingBytes: SLOW_BYTES, sinceMs: 1000, goneMs: 3000 },
    ]);
    slow.look([], 3000 + SLOW_GONE_MS + 1);
    expect(slow.alerts(3000 + SLOW_GONE_MS + 1)).toEqual([]);
  });

  it('is one alert, whether it comes back or not', () => {
    const slow = new SlowClients();
    for (let at = 0; at < 10; at++) {
      const again = { ...reader('frozen'), unsentBytes: SLOW_BYTES };
      slow.look([again], at * 3000);
      slow.look([again], at * 3000 + 1000);
      slow.look([], at * 3000 + 2000);
    }
    expect(slow.alerts(30_000)).toHaveLength(1);
  });

  it('leaves a bounded memory, however many of them are cut off', () => {
    const slow = new SlowClients();
    const many = Array.from({ length: 200 }, (_, at) => ({ ...reader(`c${at}`), unsentBytes: SLOW_BYTES }));
    slow.look(many, 0);
    slow.look(many, 1000);
    slow.look([], 2000);
    expect(slow.alerts(2000)).toHaveLength(SLOW_SHOWN_MAX);
  });

  it('is shown before those that are owed less, and not more of them than a page can take', () => {
    const slow = new SlowClients();
    const many = Array.from({ length: SLOW_SHOWN_MAX + 20 }, (_, at) => ({
      ...reader(`c${at}`),
      unsentBytes: SLOW_BYTES + at,
    }));
    slow.look(many, 0);
    slow.look(many, 1000);
    expect(slow.list()).toHaveLength(SLOW_SHOWN_MAX);
    expect(slow.list()[0]?.clientId).toBe(`c${SLOW_SHOWN_MAX + 19}`);
    expect(slow.count).toBe(SLOW_SHOWN_MAX + 20);
  });
});
