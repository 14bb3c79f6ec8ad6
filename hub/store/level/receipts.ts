/** What each client was acknowledged for lately. */
import type { ReceiptRow, ReceiptStore } from '../store.ts';
import type { Database } from './database.ts';
import { makeHashPart, rangeUnder } from './keys.ts';
import { LevelWrite } from './level-write.ts';
import { isNumber, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const shape = shapeOf<ReceiptRow>('receipt', { slot: isNumber, messageId: isNumber, hash: isText });

export function makeReceiptStore(database: Database): ReceiptStore {
  const table = new Table({ database, shape, name: 'receipts' });
  const hashPart = makeHashPart();
  return {
    list: (clientId, limit) => table.list(rangeUnder('receipts', hashPart(clientId)), limit),
    put: (clientId, receipt) => table.put(receipt, hashPart(clientId), receipt.slot),
    forget: async (clientId) => new LevelWrite([{ kind: 'clear', range: rangeUnder('receipts', hashPart(clientId)) }]),
  };
}
