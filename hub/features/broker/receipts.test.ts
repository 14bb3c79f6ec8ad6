import { describe, expect, it } from 'vitest';
import { FakeClock } from '../../lib/fake-clock.ts';
import type { ReceiptRow } from '../../store/store.ts';
import { BROKER_LIMITS, RECEIPT_SLOTS } from './limits.ts';
import { digestOf, ReceiptKeeper, Receipts } from './receipts.ts';

describe('Receipts', () => {
  it('know what was added or loaded, by id and text', () => {
    const said = (packetId: number, topic = 'a', text = 'x') =>
      [packetId, digestOf({ packetId, topic, payload: Buffer.from(text) })] as const;
    const receipts = new Receipts(true);
    receipts.add(...said(8));
    const [messageId, hash] = said(7);
    receipts.fill([
      { slot: 7, messageId, hash },
      { slot: 8, messageId: 8, hash: 'older' },
    ]);
    const others = [said(9), said(7, 'b'), said(7, 'a', 'y'), said(7 + RECEIPT_SLOTS), said(8 + RECEIPT_SLOTS)];
    expect([said(7), said(8), ...others].map((one) => receipts.has(...one))).toEqual([
      ...[true, true],
      ...others.map(() => false),
    ]);
  });

  it('are as many as a client may have said without being answered', () => {
    const { publishesInFlightMax, receiveMaximum, handshakesInFlightMax } = BROKER_LIMITS;
    expect(RECEIPT_SLOTS).toBeGreaterThanOrEqual(Math.max(publishesInFlightMax, receiveMaximum, handshakesInFlightMax));
  });

  it('forget an id when its slot is needed again', () => {
    const receipts = new Receipts(false);
    receipts.add(5, 'one');
    expect(receipts.add(5 + RECEIPT_SLOTS, 'two').slot).toBe(5);
    expect(receipts.has(5, 'one')).toBe(false);
  });

  it('of earlier connections count until something new is said, those said again from then on, too', () => {
    const table = new Map<number, ReceiptRow>();
    const put = (row: ReceiptRow): void => void table.set(row.slot, row);
    const come = (): Receipts => {
      const receipts = new Receipts(table.size > 0);
      receipts.fill([...table.values()]);
      return receipts;
    };
    const first = come();
    expect(first.goOn()).toEqual([]);
    for (const id of [1, 2, 3]) put(first.add(id, `text-${id}`));
    const second = come();
    expect(second.has(2, 'text-2')).toBe(true);
    put(second.add(4, 'text-4'));
    second.goOn().forEach(put);
    expect(second.goOn()).toEqual([]);
    put(second.add(5, 'text-5'));
    const third = come();
    for (const receipts of [second, third]) {
      expect([1, 2, 3, 4, 5].map((id) => receipts.has(id, `text-${id}`))).toEqual([false, true, false, true, true]);
    }
  });
});

const LOST = { saidGoodbye: false, idle: undefined };
const stored = (): Receipts => new Receipts(true);

describe('ReceiptKeeper', () => {
  function makeKeeper(limits = BROKER_LIMITS, stored: readonly string[] = []) {
    const clock = new FakeClock();
    const forgotten: string[] = [];
    const keeper = new ReceiptKeeper({
      clock,
      limits,
      receipts: {
        list: async () => [{ slot: 1, messageId: 1, hash: 'x' }],
        forget: (clientId) => {
          forgotten.push(clientId);
          return { bytes: 0 };
        },
        names: async (limit, after) => {
          const from = after === undefined ? 0 : stored.indexOf(after) + 1;
          return stored.slice(from, from + limit);
        },
        nameOf: (clientId) => `name of ${clientId}`,
        forgetNamed: (name) => {
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
    for (const clientId of ['gone', 'back']) keeper.left(clientId, stored(), LOST);
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
    for (const clientId of ['a', 'b', 'c']) keeper.left(clientId, stored(), LOST);
    expect(forgotten).toEqual(['a']);
  });

  it('forgets those of a client that says DISCONNECT, as soon as what it sent is stored', async () => {
    const { forgotten, keeper } = makeKeeper();
    keeper.left('at once', stored(), { saidGoodbye: true, idle: undefined });
    keeper.left('none', new Receipts(false), { saidGoodbye: true, idle: undefined });
    let settle = (): void => undefined;
    const idle = new Promise<void>((resolve) => {
      settle = resolve;
    });
    keeper.left('later', stored(), { saidGoodbye: true, idle });
    expect(forgotten).toEqual(['at once']);
    settle();
    await idle;
    expect(forgotten).toEqual(['at once', 'later']);
    expect(keeper.arrived('later').isLoaded).toBe(true);
  });
});
