/** The way out for a destination, with its secrets opened. */
import type { Hop } from '../../../domain/hops.ts';
import type { Clock } from '../../../lib/clock.ts';
import { unseal } from '../../../lib/seal.ts';
import type { DestinationRow } from '../../../store/forwarding-store.ts';
import { addressOf } from '../destination-form.ts';
import { type Received, RemoteBroker } from './remote-broker.ts';
import type { SendError, Sender } from './sender.ts';
import { makeWebhook } from './webhook.ts';

export interface SenderDeps {
  readonly clock: Clock;
  /** What secrets were sealed with. */
  readonly key: Buffer;
  /** In [0, 1). */
  readonly random: () => number;
  readonly hop: Hop;
  /** Resolves when it is stored here, or refused for good; rejects when it must come again. */
  receive(message: Received): Promise<void>;
  /** Entries can be sent from now on. */
  onReady(): void;
  onError(error: SendError): void;
}

export function makeSender(row: DestinationRow, deps: SenderDeps): Sender {
  const { clock, key, hop } = deps;
  const open = (sealed: string): string => unseal(sealed, row.id, key);
  const url = addressOf(row, key);
  const { secretSealed } = row;
  const secret = secretSealed === null ? null : open(secretSealed);
  if (row.kind === 'webhook') {
    const headers = row.headers.map(({ name, sealed }) => ({ name, value: open(sealed) }));
    return makeWebhook({ url, mapping: row.mapping, template: row.template, headers, secret }, clock);
  }
  const { username, topics, direction, localPrefix, remotePrefix } = row;
  const filters = direction === 'out' ? [] : topics.map((filter) => remotePrefix + filter);
  const clientId = `ruche-${hop.hub}-${row.id.slice(0, CLIENT_ID_PART)}`;
  return new RemoteBroker({ url, clientId, username, password: secret, filters, localPrefix, remotePrefix, hop }, deps);
}

/** Old brokers take 23 characters at least, and all in use take more; short all the same. */
const CLIENT_ID_PART = 8;
