import { describe, expect, it } from 'vitest';
import { socketPair } from '../../../lib/socket-pair.ts';
import type { Frame } from './codec.ts';
import { Outbox, Turn } from './outbox.ts';

const frame = (text: string, idAt = 0): Frame => ({ bytes: Buffer.from(text), idAt });
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

function makeOutbox() {
  const [near, far] = socketPair();
  const pieces: Buffer[] = [];
  const news: string[] = [];
  const write = near.write.bind(near);
  near.write = (chunk: Buffer) => {
    pieces.push(chunk);
    return write(chunk);
  };
  const outbox = new Outbox(near, new Turn(), {
    onSent: (bytes) => void news.push(`sent ${bytes}`),
    onBlocked: () => void news.push('blocked'),
    onFree: () => void news.push('free'),
  });
  return { outbox, pieces, news, far };
}

describe('an outbox', () => {
  it('writes everything of one turn as one piece, each packet id in its place', async () => {
    const { outbox, pieces, news } = makeOutbox();
    const shared = frame('ab__c', 2);
    outbox.put(shared, 0x4142);
    outbox.put(shared, 0x4344);
    outbox.put(frame('!'), 0);
    expect(pieces).toEqual([]);
    await nextTurn();
    expect(pieces.map(String)).toEqual(['abABcabCDc!']);
    expect(shared.bytes.toString()).toBe('ab__c');
    expect(news).toEqual(['sent 11']);
  });

  it('does not copy what is large', async () => {
    const { outbox, pieces } = makeOutbox();
    const large: Frame = { bytes: Buffer.alloc(20_000, 'x'), idAt: 3 };
    outbox.put(frame('before'), 0);
    outbox.put(large, 0x4142);
    outbox.put(frame('after'), 0);
    await nextTurn();
    expect(pieces.map(({ length }) => length)).toEqual([6, 5, 19_995, 5]);
    expect(pieces[1]?.toString()).toBe('xxxAB');
    expect(pieces[2]?.buffer).toBe(large.bytes.buffer);
  });

  it('waits for the network with what it does not take, and goes on by itself', async () => {
    const { outbox, news, far } = makeOutbox();
    const piece = Buffer.alloc(10_000, 'x');
    let received = 0;
    for (let at = 0; at < 100; at++) outbox.put({ bytes: piece, idAt: 0 }, 0);
    await nextTurn();
    expect(news).toContain('blocked');
    expect(outbox.unsentBytes).toBeGreaterThan(500_000);
    far.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    while (received < 1_000_000) await nextTurn();
    expect(outbox.unsentBytes).toBe(0);
    expect(news.at(-1)).not.toBe('blocked');
  });
});
