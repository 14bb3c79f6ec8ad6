/** What the store promises of destinations, their queues and their dead letters. */
import { describe, expect, it } from 'vitest';
import type { DeadLetterRow, DestinationRow, OutboxRow } from '../../hub/store/forwarding-store.ts';
import type { Store } from '../../hub/store/store.ts';
import { T0 } from './store-rows.ts';

const destination = (parts: Partial<DestinationRow> = {}): DestinationRow => ({
  ...{ id: 'd1', name: 'Backend', kind: 'webhook', url: 'http://x/', topics: ['a/#'], paused: false },
  ...{ createdMs: T0, changedMs: T0, events: true, mapping: [{ from: 'A', to: 'b' }], template: null },
  ...{ headers: [{ name: 'X', sealed: 's' }], direction: 'out', localPrefix: '', remotePrefix: '' },
  ...{ username: null, secretSealed: null },
  ...parts,
});
const entry = (seq: number, parts: Partial<OutboxRow> = {}): OutboxRow => ({
  ...{ destinationId: 'd1', seq, id: `m${seq}`, atMs: T0, kind: 'message', body: 'aGk=', topic: 'a/b' },
  ...{ qos: 1, retain: false, properties: '' },
  ...parts,
});
const letter = (id: string, deadMs: number, parts: Partial<DeadLetterRow> = {}): DeadLetterRow => ({
  ...{ id, destinationId: 'd1', deadMs, reason: 'body-refused', message: 'no', httpStatus: 400, entry: entry(1) },
  ...parts,
});

export function describeForwarding(storeNow: () => Store): void {
  describe('what waits for a destination', () => {
    it('is listed in the order of its places, from behind any of them, and by destination', async () => {
      const { outbox, commit } = storeNow();
      await commit([2, 100, 10].map((seq) => outbox.put(entry(seq))));
      await commit([outbox.put(entry(3, { destinationId: 'd10' }))]);
      const seqs = async (after: number, limit = 10) => (await outbox.list('d1', after, limit)).map(({ seq }) => seq);
      expect(await seqs(-1)).toEqual([2, 10, 100]);
      expect(await seqs(2, 1)).toEqual([10]);
      expect((await outbox.list('d1', 10, 10))[0]).toEqual(entry(100));
      await commit([outbox.remove('d1', 10), outbox.remove('d1', 10)]);
      expect(await seqs(-1)).toEqual([2, 100]);
      await commit([outbox.clear('d1')]);
      expect(await seqs(-1)).toEqual([]);
      expect(await outbox.list('d10', -1, 10)).toHaveLength(1);
    });
  });

  describe('dead letters', () => {
    it('are listed newest first, and oldest first to make room', async () => {
      const { deadLetters, commit } = storeNow();
      await commit([letter('a', T0), letter('c', T0 + 2), letter('b', T0 + 1)].map((one) => deadLetters.put(one)));
      const page = await deadLetters.list('d1', { limit: 2 });
      expect(page.items.map(({ id }) => id)).toEqual(['c', 'b']);
      const rest = await deadLetters.list('d1', { limit: 2, cursor: page.nextCursor });
      expect(rest.items).toEqual([letter('a', T0)]);
      expect((await deadLetters.oldest('d1', 2)).map(({ id }) => id)).toEqual(['a', 'b']);
      await commit([deadLetters.remove(letter('b', T0 + 1))]);
      expect(await deadLetters.count('d1')).toBe(2);
    });
  });

  describe('a destination', () => {
    it('is read back as it was put, and takes with it what waited and what died', async () => {
      const { destinations, outbox, deadLetters, commit } = storeNow();
      await commit([destinations.put(destination()), destinations.put(destination({ id: 'd2', urlSealed: 'sealed' }))]);
      await commit([
        outbox.put(entry(1)),
        outbox.put(entry(1, { destinationId: 'd2' })),
        deadLetters.put(letter('a', T0)),
      ]);
      expect(await destinations.get('d1')).toEqual(destination());
      expect(await destinations.get('d2')).toEqual(destination({ id: 'd2', urlSealed: 'sealed' }));
      expect((await destinations.list({ limit: 10 })).items.map(({ id }) => id)).toEqual(['d1', 'd2']);
      await commit([destinations.remove('d1')]);
      expect(await destinations.get('d1')).toBeUndefined();
      expect(await outbox.list('d1', -1, 10)).toEqual([]);
      expect(await deadLetters.count('d1')).toBe(0);
      expect(await outbox.list('d2', -1, 10)).toHaveLength(1);
    });
  });
}
