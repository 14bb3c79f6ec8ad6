/** Who counts as slow. */
import { describe, expect, it } from 'vitest';
import type { Person } from '../../domain/principal.ts';
import { type Reader, SLOW_ALERT_MS, SLOW_BYTES, SLOW_SHOWN_MAX, SlowClients } from './slow-clients.ts';

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
