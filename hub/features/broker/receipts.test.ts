import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/fake-clock.ts';
import { BROKER_LIMITS, RECEIPT_SLOTS } from './limits.ts';
import { digestOf, ReceiptKeeper, Receipts } from './receipts.ts';

describe('Receipts', () => {
  it('know what was added or loaded, by id and text', () => {
    const digest = digestOf('a', Buffer.from('x'));
    const receipts = new Receipts();
    receipts.add(8, digest);
    receipts.fill([7, 8].map((slot) => ({ slot, messageId: slot, hash: slot === 7 ? digest : 'older' })));
    expect([7, 8, 9].map((id) => receipts.has(id, digest))).toEqual([true, true, false]);
    expect(receipts.has(7, digestOf('a', Buffer.from('y')))).toBe(false);
    expect(receipts.has(7, digestOf('b', Buffer.from('x')))).toBe(false);
  });

  it('forget an id when its slot is needed again', () => {
    const receipts = new Receipts();
    receipts.add(5, 'one');
    expect(receipts.add(5 + RECEIPT_SLOTS, 'two').slot).toBe(5);
    expect(receipts.has(5, 'one')).toBe(false);
  });
});

describe('ReceiptKeeper', () => {
  function makeKeeper(limits = BROKER_LIMITS, stored: readonly string[] = []) {
    const clock = new FakeClock();
    const forgotten: string[] = [];
    const keeper = new ReceiptKeeper({
      clock,
      limits,
      receipts: {
        list: async () => [{ slot: 1, messageId: 1, hash: 'x' }],
        forget: async (clientId) => {
          forgotten.push(clientId);
          return { bytes: 0 };
        },
        names: async (limit, after) => {
          const from = after === undefined ? 0 : stored.indexOf(after) + 1;
          return stored.slice(from, from + limit);
        },
        nameOf: (clientId) => `name of ${clientId}`,
        forgetNamed: async (name) => {
          forgotten.push(name);
          return { bytes: 0 };
        },
      },
      commit: async () => undefined,
      onError: (error) => {
        throw error;
      },
    });
    return { clock, forgotten, keeper };
  }

  it('forgets a client that stays away, and no other', async () => {
    const { clock, forgotten, keeper } = makeKeeper();
    for (const clientId of ['gone', 'back']) keeper.left(clientId);
    clock.advance(BROKER_LIMITS.receiptsKeptMs - 60_000);
    keeper.arrived('back');
    expect(forgotten).toEqual([]);
    clock.advance(120_000);
    expect(forgotten).toEqual(['gone']);
  });

  it('forgets those of an earlier run whose clients do not come back, and no other', async () => {
    const { clock, forgotten, keeper } = makeKeeper(BROKER_LIMITS, ['name of gone', 'name of back']);
    await keeper.restore();
    keeper.arrived('back');
    clock.advance(BROKER_LIMITS.receiptsKeptMs - 60_000);
    expect(forgotten).toEqual([]);
    clock.advance(120_000);
    expect(forgotten).toEqual(['name of gone']);
  });

  it('takes over those of so many clients of an earlier run, however many there are', async () => {
    const names = Array.from({ length: 2500 }, (_, at) => `name of ${at}`);
    const { forgotten, keeper } = makeKeeper({ ...BROKER_LIMITS, receiptClientsMax: 2498 }, names);
    await keeper.restore();
    expect(forgotten).toEqual(names.slice(-2));
  });

  it('keeps those of so many clients, the newest', async () => {
    const { forgotten, keeper } = makeKeeper({ ...BROKER_LIMITS, receiptClientsMax: 2 });
    for (const clientId of ['a', 'b', 'c']) keeper.left(clientId);
    expect(forgotten).toEqual(['a']);
  });
});
