/** A broker of one's own in this process: real sockets, the real store in memory, and commits that a test can hold. */
import { MemoryLevel } from 'memory-level';
import { pino } from 'pino';
import type { Departure } from '../../hub/contract/device.ts';
import { parseRules, rulesetFor } from '../../hub/domain/acl-rules.ts';
import type { RefusalFacts } from '../../hub/domain/refusal-facts.ts';
import { type Broker, openBroker } from '../../hub/features/broker/broker.ts';
import type { BrokerDeps } from '../../hub/features/broker/core.ts';
import type { Message, Outcome, Taken } from '../../hub/features/broker/decision.ts';
import type { Admission, ConnectAttempt } from '../../hub/features/broker/front/door.ts';
import { listenTcp } from '../../hub/features/broker/listen.ts';
import type { BrokerSession } from '../../hub/features/broker/session.ts';
import { FakeClock } from '../../hub/lib/fake-clock.ts';
import { type OpenedLevel, openLevel } from '../../hub/store/level/open.ts';
import type { Write } from '../../hub/store/store.ts';
import { connectRaw, type RawConnect, type RawMqtt } from './raw-mqtt.ts';

export interface BrokerOptions {
  limits?: BrokerDeps['limits'];
  admit?: (attempt: ConnectAttempt) => Promise<Admission> | Admission;
  accept?: (message: Message) => Outcome;
  principalOf?: BrokerDeps['principalOf'];
  /** Keep data from an earlier broker of this process. */
  store?: OpenedLevel;
  clock?: FakeClock;
}

/** Commits go straight to the store until a test holds them. */
export class CommitGate {
  isHeld = false;
  failure: Error | undefined;
  /** Commits of messages that have been started. */
  started = 0;
  readonly #held: (() => void)[] = [];

  async pass(perform: () => Promise<void>): Promise<void> {
    this.started++;
    if (this.isHeld) await new Promise<void>((resolve) => this.#held.push(resolve));
    if (this.failure !== undefined) throw this.failure;
    await perform();
  }

  /** Lets the oldest held commit go, or the one at `index`. */
  releaseOne(index = 0): void {
    this.#held.splice(index, 1)[0]?.();
  }

  releaseAll(): void {
    this.isHeld = false;
    for (const release of this.#held.splice(0)) release();
  }
}

export interface TestBroker {
  readonly broker: Broker;
  readonly port: number;
  readonly clock: FakeClock;
  readonly store: OpenedLevel;
  readonly gate: CommitGate;
  /** What happened, oldest first. */
  readonly messages: Message[];
  readonly committed: Taken[];
  readonly refusals: RefusalFacts[];
  readonly connected: BrokerSession[];
  readonly departures: { clientId: string; departure: Departure }[];
  readonly subscribed: { clientId: string; filter: string }[];
  readonly errors: unknown[];
  /** CONNECT as somebody; see `principalFor` for the names. */
  connect(who: string | undefined, options?: Omit<RawConnect, 'port' | 'username'>): Promise<Connected>;
  /** The newest client of this id, whoever it belongs to. */
  session(clientId: string): BrokerSession | undefined;
  /** Stops the broker and keeps the data. */
  stop(): Promise<void>;
  close(): Promise<void>;
}
export type Connected = Awaited<ReturnType<typeof connectRaw>>;

/** Messages on topics that end in `/kept` are taken, `/refused` refused, everything else passes. */
export function acceptByTopic(message: Message): Outcome {
  if (message.topic.endsWith('/kept')) return taken();
  if (message.topic.endsWith('/refused')) return { kind: 'refused', code: 'PAYLOAD_INVALID', detail: 'no' };
  return { kind: 'pass' };
}

export const taken = (writes: Write[] = []): Taken => ({
  ...{ kind: 'taken', deviceId: 'd', writes, reports: [] },
  isRepeatable: false,
});

/** The user name says who it is: a role, `open`, `wrong`, or a device id; none is a waiting client. */
export function principalFor({ clientId, username }: ConnectAttempt): Admission {
  switch (username) {
    case undefined: {
      const deviceId = /^ESP32-Simon-(\w+)$/.exec(clientId)?.[1];
      return { ok: true, principal: { kind: 'waiting', waitingId: clientId, deviceId } };
    }
    case 'owner':
    case 'operator':
    case 'viewer':
      return {
        ok: true,
        principal: { kind: 'person', userId: username, username, role: username, sessionId: `session of ${username}` },
      };
    case 'open':
      return { ok: true, principal: { kind: 'open' } };
    case 'wrong':
      return { ok: false, code: 'TOKEN_WRONG', detail: 'It is another one.' };
    case 'nobody':
      return { ok: false, code: 'CONNECT_REFUSED' };
    default:
      return {
        ok: true,
        principal: { kind: 'device', deviceId: username, names: new Set([username]), isProtected: true },
      };
  }
}

/** As if nobody had ever been removed. */
export const principalNow: BrokerDeps['principalOf'] = ({ kind, id }, clientId) => {
  if (kind === 'account')
    return { kind, name: id, rules: rulesetFor(parseRules(['topic #']), { clientId, username: id }) };
  const admission = principalFor({ clientId, username: id, password: undefined, address: '', transport: 'tcp' });
  return admission.ok ? admission.principal : undefined;
};

export async function startBroker(options: BrokerOptions = {}): Promise<TestBroker> {
  const clock = options.clock ?? new FakeClock();
  const log = pino({ level: 'silent' });
  const store =
    options.store ??
    (await openLevel({ dir: undefined, memory: () => new MemoryLevel(), durability: 'commit', log, clock }));
  const gate = new CommitGate();
  const messages: Message[] = [];
  const committed: Taken[] = [];
  const errors: unknown[] = [];
  const { admit = principalFor, accept = acceptByTopic, principalOf = principalNow, limits = {} } = options;
  const broker = await openBroker({
    clock,
    limits,
    log: { warn: () => undefined, error: (fields) => void errors.push(fields) },
    db: store.mqtt,
    receipts: store.store.receipts,
    admit: async (attempt) => admit(attempt),
    principalOf,
    accept(message) {
      messages.push(message);
      return accept(message);
    },
    settled: (outcome, isStored) => void (isStored && committed.push(outcome)),
    commit: (writes) => gate.pass(() => store.store.commit(writes)),
  });
  const seen = watch(broker);
  const listener = await listenTcp(broker, { host: '127.0.0.1', port: 0 });
  const clients: RawMqtt[] = [];
  const stop = async (): Promise<void> => {
    await listener.close();
    gate.releaseAll();
    await broker.close();
    for (const client of clients) client.destroy();
  };
  return {
    ...seen,
    ...{ broker, port: listener.port, clock, store, gate, messages, committed, errors, stop },
    session: (clientId) => [...broker.sessions()].findLast((session) => session.clientId === clientId),
    async connect(who, more = {}) {
      const login = who === undefined ? {} : { username: who, password: 'secret' };
      const client = await connectRaw({ port: listener.port, ...login, ...more });
      clients.push(client);
      return client;
    },
    async close() {
      await stop();
      await store.store.close();
    },
  };
}

type Seen = Pick<TestBroker, 'refusals' | 'connected' | 'departures' | 'subscribed'>;

function watch(broker: Broker): Seen {
  const seen: Seen = { refusals: [], connected: [], departures: [], subscribed: [] };
  broker.onRefused((facts) => void seen.refusals.push(facts));
  broker.onConnected((session) => void seen.connected.push(session));
  broker.onDisconnected(({ clientId }, departure) => void seen.departures.push({ clientId, departure }));
  broker.onSubscribed(({ clientId }, filter) => void seen.subscribed.push({ clientId, filter }));
  return seen;
}
