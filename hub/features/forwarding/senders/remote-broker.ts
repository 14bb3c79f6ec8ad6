/**
 * A connection to another MQTT broker, kept up for as long as the destination is not paused: what is forwarded goes out
 * by it, and what comes in is acknowledged there when it is stored here.
 */
import { connect, type IConnackPacket, type IPublishPacket, type MqttClient, type Packet } from 'mqtt';
import { generate } from 'mqtt-packet';
import type { SendReason } from '../../../contract/destination.ts';
import { addHop, type Hop, hasBeenHere } from '../../../domain/hops.ts';
import { backoffMs } from '../../../domain/retry.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { OutboxRow } from '../../../store/forwarding-store.ts';
import { type MessageProperties, propertiesIn } from '../../message-properties.ts';
import {
  ANSWER_CHARACTERS_MAX,
  ATTEMPT_TIMEOUT_MS,
  BACKOFF,
  RECEIVE_MAX,
  REMOTE_SESSION_S,
  WINDOW,
} from '../limits.ts';
import { EchoGuard } from './echo-guard.ts';
import { networkError, plainError, type SendError, type Sender, type Sent } from './sender.ts';

export interface Received {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  readonly properties: MessageProperties;
}

export interface RemoteBrokerSettings {
  readonly url: string;
  readonly clientId: string;
  readonly username: string | null;
  readonly password: string | null;
  /** Filters there, of what is to come; none: only out. */
  readonly filters: readonly string[];
  readonly localPrefix: string;
  readonly remotePrefix: string;
  /** How this hub and this destination are called on the way of a message. */
  readonly hop: Hop;
}

export interface RemoteBrokerDeps {
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** Resolves when it is stored here, or refused for good; rejects when it must come again. */
  receive(message: Received): Promise<void>;
  /** Entries can be sent from now on. */
  onReady(): void;
  onError(error: SendError): void;
}

const MQTT_5 = 5;
const MQTT_3_1_1 = 4;
/** CONNACK: the protocol version is not spoken there. (3.1.1: 3.2.2.3; 5: 3.2.2.2) */
const UNSUPPORTED = new Set([0x01, 0x84]);
/**
 * PUBACK and PUBREC, about the message itself: sent again it would be refused again. What says nothing about it, or
 * passes, is not among them: 0x80 unspecified, 0x91 packet identifier in use, 0x97 quota exceeded. (5: 3.4.2.1, 3.5.2.1)
 */
const NEVER_TAKEN: ReadonlyMap<number, SendReason> = new Map([
  [0x83, 'body-refused'],
  [0x87, 'topic-refused'],
  [0x90, 'topic-refused'],
  [0x99, 'body-refused'],
]);

/** What the other broker takes at all, as its CONNACK says; it disconnects whoever sends more. (5: 3.2.2.3.4 to 3.2.2.3.6) */
interface Takes {
  readonly qosMax: OutboxRow['qos'];
  readonly retain: boolean;
  readonly packetBytesMax: number;
}
const EVERYTHING: Takes = { qosMax: 2, retain: true, packetBytesMax: Number.POSITIVE_INFINITY };

export class RemoteBroker implements Sender {
  readonly window = WINDOW;
  readonly #settings: RemoteBrokerSettings;
  readonly #deps: RemoteBrokerDeps;
  #client: MqttClient | undefined;
  #version: 4 | 5 = MQTT_5;
  #failures = 0;
  #isStarted = false;
  #cancelRetry = (): void => {};
  #reason = plainError('not-connected', 'It is not connected yet.');
  #takes = EVERYTHING;
  readonly #echo: EchoGuard;
  /** What is on its way, WINDOW at most: told when the connection is gone, because nobody else tells. */
  readonly #underWay = new Set<(error: Error) => void>();

  constructor(settings: RemoteBrokerSettings, deps: RemoteBrokerDeps) {
    this.#settings = settings;
    this.#deps = deps;
    this.#echo = new EchoGuard(deps.clock);
  }

  get isConnected(): boolean {
    return this.#client?.connected ?? false;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#connect();
  }

  stop(): void {
    this.#isStarted = false;
    this.#cancelRetry();
    this.#client?.end(true);
    this.#client = undefined;
  }

  async send(entry: OutboxRow): Promise<Sent> {
    const client = this.#client;
    if (client?.connected !== true) return { kind: 'retry', error: this.#reason };
    try {
      const { hop, localPrefix, remotePrefix } = this.#settings;
      const topic = remotePrefix + (entry.topic ?? '').slice(localPrefix.length);
      // Nothing can be said about a prefix alone; a broker would end the connection. [MQTT-4.7.3-1]
      if (topic === '') return { kind: 'dead', error: plainError('topic-refused', 'Its topic has no name there.') };
      const properties = this.#version === MQTT_5 ? addHop(propertiesIn(entry.properties) ?? {}, hop) : undefined;
      // At least 1, so that its arrival is known; whoever subscribes there gets what they asked for.
      const { qosMax } = this.#takes;
      const qos = qosMax === 0 ? 0 : qosMax === 1 || entry.qos !== 2 ? 1 : 2;
      const retain = entry.retain && this.#takes.retain;
      const payload = Buffer.from(entry.body, 'base64');
      const message = {
        topic,
        payload,
        qos,
        retain,
        ...(properties && { properties: packetProperties(properties) }),
      } as const;
      if (this.#isTooLarge(message))
        return { kind: 'dead', error: plainError('body-refused', 'It takes no message as large as this.') };
      if (this.#version === MQTT_3_1_1 && this.#settings.filters.length > 0) this.#echo.sent(topic, payload);
      return await this.#arrival(publish(client, message));
    } catch (error) {
      return { kind: 'retry', error: networkError(error) };
    }
  }

  #isTooLarge(message: Outgoing): boolean {
    const { packetBytesMax } = this.#takes;
    if (packetBytesMax === Number.POSITIVE_INFINITY) return false;
    const packet = { cmd: 'publish', dup: false, messageId: 1, ...message } as const;
    return generate(packet, { protocolVersion: MQTT_5 }).length > packetBytesMax;
  }

  /** Rejects when the connection is gone before: it has to be sent again. */
  async #arrival(answered: Promise<Sent>): Promise<Sent> {
    let giveUp = (_error: Error): void => {};
    const lost = new Promise<never>((_resolve, reject) => {
      giveUp = reject;
    });
    this.#underWay.add(giveUp);
    try {
      return await Promise.race([answered, lost]);
    } finally {
      this.#underWay.delete(giveUp);
    }
  }

  #connect(): void {
    const { url, clientId, username, password } = this.#settings;
    const options = {
      clientId,
      ...(username === null ? {} : { username }),
      ...(password === null ? {} : { password }),
      protocolVersion: this.#version,
      // Not in the types of mqtt.js, and passed on to the packet: brokers of 3.1.1 that know this bit do not send a
      // bridge its own messages back.
      bridgeMode: this.#version === MQTT_3_1_1,
      clean: false,
      ...(this.#version === MQTT_5
        ? { properties: { sessionExpiryInterval: REMOTE_SESSION_S, receiveMaximum: RECEIVE_MAX } }
        : {}),
      connectTimeout: ATTEMPT_TIMEOUT_MS,
      // Our own retry takes longer and longer; theirs would not.
      reconnectPeriod: 0,
      resubscribe: false,
    };
    const client = connect(url, options);
    this.#client = client;
    client.handleMessage = (packet, done) => this.#receive(client, packet, done);
    client.on('connect', (connack) => void this.#connected(client, connack));
    client.on('error', (error) => this.#failed(client, error));
    client.on('close', () => {
      for (const giveUp of [...this.#underWay]) giveUp(new Error('The connection was lost.'));
      this.#closed(client);
    });
  }

  async #connected(client: MqttClient, { properties = {} }: IConnackPacket): Promise<void> {
    this.#failures = 0;
    const { maximumQoS = 2, retainAvailable = true, maximumPacketSize = Number.POSITIVE_INFINITY } = properties;
    this.#takes = {
      qosMax: maximumQoS === 0 || maximumQoS === 1 ? maximumQoS : 2,
      retain: retainAvailable,
      packetBytesMax: maximumPacketSize,
    };
    const { filters } = this.#settings;
    try {
      if (filters.length > 0) {
        // Nothing of ours comes back (MQTT 5, 3.8.3.1), and retained values keep their flag.
        const options = this.#version === MQTT_5 ? { nl: true, rap: true, rh: 0 } : {};
        await client.subscribeAsync([...filters], { qos: 1, ...options });
      }
      this.#deps.onReady();
    } catch (error) {
      this.#failed(client, error);
      client.end(true);
    }
  }

  #failed(client: MqttClient, error: unknown): void {
    if (client !== this.#client) return;
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (this.#version === MQTT_5 && typeof code === 'number' && UNSUPPORTED.has(code)) this.#version = MQTT_3_1_1;
    this.#reason = typeof code === 'number' ? plainError('unauthorized', said(error)) : networkError(error);
    this.#deps.onError(this.#reason);
  }

  #closed(client: MqttClient): void {
    if (client !== this.#client || !this.#isStarted) return;
    this.#client = undefined;
    client.end(true);
    this.#failures++;
    const waitMs = backoffMs(this.#failures, this.#deps.random(), BACKOFF);
    this.#cancelRetry = this.#deps.clock.after(waitMs, () => this.#connect());
  }

  /** Acknowledged when `done` is called: without it the message comes again. */
  #receive(client: MqttClient, packet: IPublishPacket, done: (error?: Error) => void): void {
    const { hop, localPrefix, remotePrefix } = this.#settings;
    const { topic, qos, retain } = packet;
    const payload = Buffer.from(packet.payload);
    const properties = propertiesOf(packet);
    const isOurs = hasBeenHere(properties, hop.hub) || (!retain && this.#echo.isEcho(topic, payload));
    if (isOurs || !topic.startsWith(remotePrefix)) {
      done();
      return;
    }
    const message = {
      topic: localPrefix + topic.slice(remotePrefix.length),
      payload,
      qos,
      retain,
      properties: addHop(properties, hop),
    };
    this.#deps.receive(message).then(
      () => done(),
      (error: unknown) => {
        this.#failed(client, error);
        client.end(true);
      },
    );
  }
}

interface Outgoing {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: OutboxRow['qos'];
  readonly retain: boolean;
  readonly properties?: PacketProperties;
}

function publish(client: MqttClient, { topic, payload, ...options }: Outgoing): Promise<Sent> {
  return new Promise((resolve, reject) => {
    client.publish(topic, payload, options, (error, answer) => {
      if (error === undefined || error === null) return resolve({ kind: 'sent' });
      const code = 'code' in error && typeof error.code === 'number' ? error.code : 0;
      const reason = NEVER_TAKEN.get(code);
      if (reason === undefined) return reject(error);
      resolve({ kind: 'dead', error: { ...plainError(reason, refusal(topic, code)), body: reasonIn(answer) } });
    });
  });
}

const refusal = (topic: string, code: number): string =>
  `It refuses the message on ${topic} (reason code 0x${code.toString(16)}).`;

/** What it says about that in words. */
function reasonIn(answer: Packet | undefined): string | null {
  if (answer?.cmd !== 'puback' && answer?.cmd !== 'pubrec') return null;
  return answer.properties?.reasonString?.slice(0, ANSWER_CHARACTERS_MAX) ?? null;
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type PacketProperties = NonNullable<IPublishPacket['properties']>;

function propertiesOf({ properties = {} }: IPublishPacket): MessageProperties {
  const { payloadFormatIndicator, contentType, responseTopic, correlationData, userProperties } = properties;
  const pairs = Object.entries(userProperties ?? {}).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => [name, one] as const),
  );
  return {
    ...(payloadFormatIndicator === true ? { payloadFormat: 1 } : {}),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData: Buffer.from(correlationData) }),
    ...(pairs.length === 0 ? {} : { userProperties: pairs }),
  };
}

function packetProperties(properties: MessageProperties): PacketProperties {
  const { payloadFormat, contentType, responseTopic, correlationData, userProperties = [] } = properties;
  const named = new Map<string, string[]>();
  for (const [name, value] of userProperties) named.set(name, [...(named.get(name) ?? []), value]);
  return {
    ...(payloadFormat === 1 ? { payloadFormatIndicator: true } : {}),
    ...(contentType === undefined ? {} : { contentType }),
    ...(responseTopic === undefined ? {} : { responseTopic }),
    ...(correlationData === undefined ? {} : { correlationData }),
    ...(named.size === 0 ? {} : { userProperties: Object.fromEntries(named) }),
  };
}
