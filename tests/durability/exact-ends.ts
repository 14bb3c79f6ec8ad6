/** Both ends of QoS 2 as a device with a memory would play them: what they know survives any number of connections. */
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';

interface Open {
  readonly index: number;
  /** PUBREC came: what is sent again is PUBREL. */
  isReceived: boolean;
}

/** Publishes in order at QoS 2, a window at a time, in a kept session. */
export class ExactPublisher {
  sent = 0;
  /** PUBCOMP came for so many, and before it for all of those before. */
  completed = 0;
  readonly #clientId: string;
  readonly #topic: string;
  readonly #window: number;
  readonly #open = new Map<number, Open>();
  #raw: RawMqtt | undefined;
  #target = 0;

  constructor({ clientId, topic, window }: { clientId: string; topic: string; window: number }) {
    this.#clientId = clientId;
    this.#topic = topic;
    this.#window = window;
  }

  async connect(port: number): Promise<void> {
    const raw = await connectRaw({ port, clientId: this.#clientId, clean: false });
    this.#raw = raw;
    raw.socket.on('data', () => this.#take(raw));
    for (const [messageId, { index, isReceived }] of this.#open) {
      if (isReceived) raw.send({ cmd: 'pubrel', messageId });
      else raw.publish({ topic: this.#topic, payload: String(index), qos: 2, messageId, dup: true });
    }
    this.#take(raw);
  }

  publishUpTo(count: number): void {
    this.#target = count;
    this.#fill();
  }

  cut(): void {
    this.#raw?.destroy();
    this.#raw = undefined;
  }

  #take(raw: RawMqtt): void {
    if (raw !== this.#raw) return;
    for (const { cmd, messageId = 0 } of raw.drain()) {
      const open = this.#open.get(messageId);
      if (cmd === 'pubrec') {
        if (open !== undefined) open.isReceived = true;
        raw.send({ cmd: 'pubrel', messageId });
      } else if (cmd === 'pubcomp') this.#open.delete(messageId);
    }
    const [oldest] = this.#open.values();
    this.completed = oldest?.index ?? this.sent;
    this.#fill();
  }

  #fill(): void {
    while (this.#raw !== undefined && this.sent < this.#target && this.#open.size < this.#window) {
      const index = this.sent++;
      const messageId = (index % 65_535) + 1;
      this.#open.set(messageId, { index, isReceived: false });
      this.#raw.publish({ topic: this.#topic, payload: String(index), qos: 2, messageId });
    }
  }
}

/** A kept session that notes what it was given; at QoS 2 an id it has is not given again. */
export class KeptSubscriber {
  /** Payloads by topic, in the order they came. */
  readonly received = new Map<string, number[]>();
  isPresent = false;
  isSubscribed = false;
  readonly #clientId: string;
  readonly #filter: string;
  readonly #had = new Set<number>();
  #raw: RawMqtt | undefined;

  constructor(clientId: string, filter: string) {
    this.#clientId = clientId;
    this.#filter = filter;
  }

  async connect(port: number): Promise<void> {
    const raw = await connectRaw({ port, clientId: this.#clientId, clean: false });
    this.#raw = raw;
    this.isPresent = raw.connack.sessionPresent;
    raw.socket.on('data', () => this.#take(raw));
    this.#take(raw);
    if (!this.isPresent) raw.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: this.#filter, qos: 2 }] });
  }

  cut(): void {
    this.#raw?.destroy();
    this.#raw = undefined;
  }

  of(topic: string): readonly number[] {
    return this.received.get(topic) ?? [];
  }

  #take(raw: RawMqtt): void {
    if (raw !== this.#raw) return;
    for (const packet of raw.drain()) {
      const { messageId = 0 } = packet;
      if (packet.cmd === 'publish') {
        if (packet.qos < 2 || !this.#had.has(messageId)) this.#note(packet.topic, Number(packet.payload.toString()));
        if (packet.qos === 1) raw.send({ cmd: 'puback', messageId });
        if (packet.qos !== 2) continue;
        this.#had.add(messageId);
        raw.send({ cmd: 'pubrec', messageId });
      } else if (packet.cmd === 'suback') this.isSubscribed = true;
      else if (packet.cmd === 'pubrel') {
        this.#had.delete(messageId);
        raw.send({ cmd: 'pubcomp', messageId });
      }
    }
  }

  #note(topic: string, payload: number): void {
    const noted = this.received.get(topic) ?? [];
    noted.push(payload);
    this.received.set(topic, noted);
  }
}
