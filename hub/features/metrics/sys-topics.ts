/** The hub's numbers under the names by which programs know Mosquitto's: `$SYS/broker/…` → text. Pure. */
import { SYS_BROKER } from '../../contract/topics.ts';
import type { BrokerNumbers } from '../broker-numbers.ts';
import { LOAD_MINUTES, type Load } from './load.ts';

export interface SysState {
  readonly version: string;
  readonly uptimeS: number;
  /** Most clients connected at one time since the start. */
  readonly clientsMaximum: number;
  readonly heapBytes: number;
  readonly heapBytesMaximum: number;
  readonly broker: BrokerNumbers;
  /** By the names of `loadTotals`, or of those that are known. */
  readonly loads: ReadonlyMap<string, Load>;
}

/** A number that is not known has no topic. */
export function sysTopics(state: SysState): Map<string, string> {
  const topics = new Map<string, string>();
  const add = (name: string, value: string | number | undefined): void => {
    if (value !== undefined) topics.set(SYS_BROKER + name, String(value));
  };
  add('version', `ruche version ${state.version}`);
  add('uptime', `${state.uptimeS} seconds`);
  addClients(state, add);
  addMessages(state.broker, add);
  for (const [name, load] of state.loads) {
    for (const [at, minutes] of LOAD_MINUTES.entries()) add(`load/${name}/${minutes}min`, (load[at] ?? 0).toFixed(2));
  }
  add('heap/current', state.heapBytes);
  add('heap/maximum', state.heapBytesMaximum);
  return topics;
}

/** What Mosquitto keeps averages of; `connections` counts those that were let in since the start. */
export function loadTotals(broker: BrokerNumbers, connections: number): Map<string, number> {
  const totals: Record<string, number | undefined> = {
    connections,
    'messages/received': broker.packetsIn,
    'messages/sent': broker.packetsOut,
    'publish/received': broker.publishesIn,
    'publish/sent': broker.publishesOut,
    'publish/dropped': broker.dropped,
    'bytes/received': broker.bytesIn,
    'bytes/sent': broker.bytesOut,
  };
  return new Map(Object.entries(totals).flatMap(([name, total]) => (total === undefined ? [] : [[name, total]])));
}

type Add = (name: string, value: string | number | undefined) => void;

function addClients({ broker, clientsMaximum }: SysState, add: Add): void {
  const { clients, sessionsAway } = broker;
  add('clients/connected', clients);
  add('clients/maximum', clientsMaximum);
  add('clients/disconnected', sessionsAway);
  add('clients/total', sessionsAway === undefined ? undefined : clients + sessionsAway);
  add('clients/expired', broker.sessionsExpired);
  // Their old names, which panels still ask for.
  add('clients/active', clients);
  add('clients/inactive', sessionsAway);
}

function addMessages(broker: BrokerNumbers, add: Add): void {
  add('messages/received', broker.packetsIn);
  add('messages/sent', broker.packetsOut);
  add('messages/stored', broker.storedMessages);
  add('store/messages/count', broker.storedMessages);
  add('store/messages/bytes', broker.storedBytes);
  add('retained messages/count', broker.retainedMessages);
  add('subscriptions/count', broker.subscriptions);
  add('shared_subscriptions/count', broker.sharedSubscriptions);
  add('publish/messages/received', broker.publishesIn);
  add('publish/messages/sent', broker.publishesOut);
  add('publish/messages/dropped', broker.dropped);
  add('publish/bytes/received', broker.publishBytesIn);
  add('publish/bytes/sent', broker.publishBytesOut);
  add('bytes/received', broker.bytesIn);
  add('bytes/sent', broker.bytesOut);
}
