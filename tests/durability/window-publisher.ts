/** A publisher that keeps a window of QoS 1 messages in flight and knows exactly which were acknowledged. */
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';

export interface Credentials {
  clientId: string;
  username: string | undefined;
  password: string | undefined;
}

export interface WindowPublisherOptions {
  credentials: Credentials;
  topic: string;
  /** In flight at once. */
  window: number;
  /** The payload of the n-th message, from 0; asked again for a retransmission. */
  payloadOf(index: number): string;
  retain?: boolean;
}

/** Publishes in order over any number of connections, retransmitting with DUP what was not acknowledged [MQTT-4.4.0-1]. */
export class WindowPublisher {
  /** Messages 0…sent-1 have been written to a socket at least once. */
  sent = 0;
  /** Messages 0…acknowledged-1 have all been acknowledged. */
  acknowledged = 0;
  readonly #options: WindowPublisherOptions;
  readonly #outOfOrder: number[] = [];
  #raw: RawMqtt | undefined;
  #target = 0;

  constructor(options: WindowPublisherOptions) {
    this.#options = options;
  }

  /** Connects and retransmits everything that is still open. */
  async connect(port: number): Promise<void> {
    const { clientId, username, password } = this.#options.credentials;
    const login = username === undefined || password === undefined ? {} : { username, password };
    const raw = await connectRaw({ port, clientId, ...login });
    if (raw.connack.returnCode !== 0) throw new Error(`refused with ${raw.connack.returnCode}`);
    this.#raw = raw;
    raw.socket.on('data', () => this.#takeAcks(raw));
    for (let index = this.acknowledged; index < this.sent; index++) this.#write(index, true);
    this.#fill();
  }

  /** Goes on until `count` messages in all are acknowledged; more may be asked for at any time. */
  publishUpTo(count: number): void {
    this.#target = count;
    this.#fill();
  }

  /** The cable is pulled. */
  cut(): void {
    this.#raw?.destroy();
    this.#raw = undefined;
  }

  get isConnected(): boolean {
    return this.#raw?.isClosed === false;
  }

  /** Acknowledgements that did not come in the order of the messages, by index. */
  get outOfOrder(): readonly number[] {
    return this.#outOfOrder;
  }

  #takeAcks(raw: RawMqtt): void {
    if (raw !== this.#raw) return;
    for (const packet of raw.drain()) {
      if (packet.cmd !== 'puback') continue;
      if (packet.messageId === idOf(this.acknowledged)) this.acknowledged++;
      else this.#outOfOrder.push(this.acknowledged);
    }
    this.#fill();
  }

  #fill(): void {
    if (this.#raw === undefined) return;
    while (this.sent < this.#target && this.sent - this.acknowledged < this.#options.window)
      this.#write(this.sent++, false);
  }

  #write(index: number, dup: boolean): void {
    const { topic, payloadOf, retain = false } = this.#options;
    this.#raw?.publish({ topic, payload: payloadOf(index), qos: 1, messageId: idOf(index), dup, retain });
  }
}

/** Packet ids 1…65535, round and round. */
const idOf = (index: number): number => (index % 65_535) + 1;
