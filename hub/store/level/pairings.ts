/** Who plays on which device, and how the request for it went. */
import type { PairingRow, PairingStore } from '../store.ts';
import type { Database } from './database.ts';
import { rangeUnder } from './keys.ts';
import { either, isNull, isNumber, isOneOf, isText, shapeOf } from './shape.ts';
import { Table } from './table.ts';

const shape = shapeOf<PairingRow>('pairing', {
  deviceId: isText,
  state: isOneOf('requested', 'paired', 'timed_out'),
  username: isText,
  previousUsername: either(isText, isNull),
  requestedAtMs: isNumber,
  publishedAtMs: either(isNumber, isNull),
  answeredAtMs: either(isNumber, isNull),
});

export function makePairingStore(database: Database): PairingStore {
  const table = new Table({ database, shape, name: 'pairings' });
  return {
    get: (deviceId) => table.get(deviceId),
    list: (page) => table.page(rangeUnder('pairings'), page),
    put: (pairing) => table.put(pairing, pairing.deviceId),
    remove: (deviceId) => table.remove(deviceId),
  };
}
