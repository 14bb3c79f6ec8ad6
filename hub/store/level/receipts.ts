/** What each client was acknowledged for lately. */
import type { ReceiptRow, ReceiptStore } from '../store.ts';
import type { Database } from './database.ts';
import { firstPartOf, makeHashPart, rangeUnder } from './keys.ts';
import { LevelWrite } from './level-write.ts';
import { isNumber, isText, shapeOf } from './shape.ts';
import { assertLimit, Table } from './table.ts';

const shape = shapeOf<ReceiptRow>('receipt', { slot: isNumber, messageId: isNumber, hash: isText });

export function makeReceiptStore(database: Database): ReceiptStore {
  const table = new Table({ database, shape, name: 'receipts' });
  const hashPart = makeHashPart();
  const clear = (name: string) => new LevelWrite([{ kind: 'clear', range: rangeUnder('receipts', name) }]);
  return {
    list: (clientId, limit) => table.list(rangeUnder('receipts', hashPart(clientId)), limit),
    put: (clientId, receipt) => table.put(receipt, hashPart(clientId), receipt.slot),
    forget: (clientId) => clear(hashPart(clientId)),
    nameOf: hashPart,
    forgetNamed: (name) => clear(name),
    async names(limit, after) {
      assertLimit(limit);
      const names: string[] = [];
      const { lt } = rangeUnder('receipts');
      let gte = after === undefined ? rangeUnder('receipts').gte : rangeUnder('receipts', after).lt;
      // From each name straight to the next: behind every name lie hundreds of slots.
      while (names.length < limit) {
        const [entry] = await database.scan({ gte, lt }, { limit: 1 });
        if (entry === undefined) break;
        const name = firstPartOf(entry[0]);
        names.push(name);
        gte = rangeUnder('receipts', name).lt;
      }
      return names;
    },
  };
}
