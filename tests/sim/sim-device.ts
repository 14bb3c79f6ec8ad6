/**
 * A device of the simulation: measures at its own pace, tells at QoS 1 and again until it is acknowledged, does what it
 * is told. It knows what it was promised, which is what the invariants compare with.
 */
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';

/** How wrong its clock is; the hub judges what it says (seed 1 S1-20). */
export type DeviceClock =
  | { readonly kind: 'unix'; readonly aheadMs: number }
  /** Milliseconds since it was switched on. */
  | { readonly kind: 'uptime' }
  /** It says no time at all. */
  | { readonly kind: 'none' };

export interface SimDeviceStart {
  readonly id: string;
  readonly token: string;
  readonly clock: DeviceClock;
  /** Between two readings, virtual. */
  readonly periodMs: number;
  /** False: the hub keeps a session for it. */
  readonly isClean: boolean;
  /** One of so many messages is an event. */
  readonly eventEvery: number;
}

interface Message {
  readonly topic: string;
  readonly payload: string;
  readonly what: { readonly kind: 'reading' | 'event'; readonly n: number } | { readonly kind: 'answer' };
  packetId: number | undefined;
}

/** Unacknowledged messages a device with a calendar sends at once; one without must not have two dated alike. */
const WINDOW = 8;
/** What its memory holds; beyond it, it does not measure. */
const OUTBOX_MAX = 400;
const KEEPALIVE_S = 30;
const PING_EVERY_MS = 12_000;
const PACKET_IDS = 65_000;

export class SimDevice {
  readonly id: string;
  /** Numbers of readings and events: each of them is sent under its own, and promised when acknowledged. */
  readonly sent = { reading: 0, event: 0 };
  readonly promised = { reading: new Set<number>(), event: new Set<number>() };
  /** Command id → how often it came; done the first time. */
  readonly commands = new Map<string, number>();
  /** Ids in the order they were done. */
  readonly done: string[] = [];
  /** The same command twice over one connection; there must be none. */
  readonly repeatedWithin: string[] = [];
  isPowered = true;
  readonly #start: SimDeviceStart;
  readonly #bornMs: number;
  #raw: RawMqtt | undefined;
  #isConnecting = false;
  #outbox: Message[] = [];
  #packetId = 0;
  #nextReadingMs: number;
  #nextPingMs = 0;
  #retryMs = 0;
  #messages = 0;
  #ofConnection = new Set<string>();

  constructor(start: SimDeviceStart, nowMs: number, firstMs: number) {
    this.id = start.id;
    this.#start = start;
    this.#bornMs = nowMs - 1000;
    this.#nextReadingMs = nowMs + firstMs;
  }

  get isConnected(): boolean {
    return this.#raw !== undefined && !this.#raw.isClosed;
  }

  /** It waits for the hub: an answer to CONNECT, or an acknowledgement. */
  get isWaiting(): boolean {
    return this.#isConnecting || (this.isConnected && this.#outbox.some(({ packetId }) => packetId !== undefined));
  }

  /** Nothing is left to tell. */
  get isDone(): boolean {
    return this.#outbox.length === 0;
  }

  get outbox(): number {
    return this.#outbox.length;
  }

  /** The cable is pulled; it tries again after this time. */
  drop(retryMs: number): void {
    this.#raw?.destroy();
    this.#raw = undefined;
    this.#retryMs = retryMs;
  }

  /** One step of true time. */
  live(trueMs: number, port: number, { isMeasuring }: { isMeasuring: boolean }): void {
    if (this.#raw?.isClosed) this.drop(trueMs + 1000);
    if (isMeasuring) this.#measure(trueMs);
    if (!this.isPowered) return;
    if (this.#raw === undefined) {
      if (!this.#isConnecting && trueMs >= this.#retryMs) void this.#connect(port, trueMs);
      return;
    }
    if (trueMs >= this.#nextPingMs) {
      this.#nextPingMs = trueMs + PING_EVERY_MS;
      this.#raw.send({ cmd: 'pingreq' });
    }
    const window = this.#start.clock.kind === 'unix' ? WINDOW : 1;
    for (const message of this.#outbox.slice(0, window)) {
      if (message.packetId === undefined) this.#send(message, false);
    }
  }

  #measure(trueMs: number): void {
    if (trueMs < this.#nextReadingMs || this.#outbox.length >= OUTBOX_MAX) return;
    this.#nextReadingMs += this.#start.periodMs;
    this.#messages++;
    const { id } = this;
    const isEvent = this.#messages % this.#start.eventEvery === 0;
    const kind = isEvent ? 'event' : 'reading';
    const n = this.sent[kind]++;
    const t = this.#timeAt(trueMs);
    const said = isEvent ? { event_id: `${id}-${n}`, type: 'TICK', data: { n } } : { v: { n } };
    this.#outbox.push({
      topic: `ruche/${id}/${isEvent ? 'event' : 'telemetry'}`,
      payload: JSON.stringify({ ...said, ...(t === undefined ? {} : { t }) }),
      what: { kind, n },
      packetId: undefined,
    });
  }

  #timeAt(trueMs: number): number | undefined {
    const { clock } = this.#start;
    if (clock.kind === 'none') return undefined;
    return clock.kind === 'uptime' ? trueMs - this.#bornMs : trueMs + clock.aheadMs;
  }

  async #connect(port: number, trueMs: number): Promise<void> {
    this.#isConnecting = true;
    this.#retryMs = trueMs + 2000;
    this.#nextPingMs = trueMs + PING_EVERY_MS;
    try {
      const { id } = this;
      const { token, isClean } = this.#start;
      const raw = await connectRaw({
        ...{ port, clientId: `ruche-${id}`, username: id, password: token, clean: isClean },
        keepalive: KEEPALIVE_S,
      });
      if (raw.connack.returnCode !== 0 || !this.isPowered) raw.destroy();
      else this.#begin(raw);
    } catch {
      // The hub is not there, or was stopped meanwhile: tried again.
    } finally {
      this.#isConnecting = false;
    }
  }

  #begin(raw: RawMqtt): void {
    this.#raw = raw;
    this.#ofConnection = new Set();
    raw.socket.on('data', () => this.#take(raw));
    raw.send({
      cmd: 'subscribe',
      messageId: PACKET_IDS + 1,
      subscriptions: [{ topic: `ruche/${this.id}/cmd`, qos: 1 }],
    });
    for (const message of this.#outbox) if (message.packetId !== undefined) this.#send(message, true);
    this.#take(raw);
  }

  #send(message: Message, dup: boolean): void {
    if (message.packetId === undefined) {
      this.#packetId = (this.#packetId % PACKET_IDS) + 1;
      message.packetId = this.#packetId;
    }
    const { topic, payload, packetId } = message;
    this.#raw?.publish({ topic, payload, qos: 1, messageId: packetId, dup });
  }

  #take(raw: RawMqtt): void {
    if (raw !== this.#raw) return;
    for (const packet of raw.drain()) {
      if (packet.cmd === 'puback') this.#acknowledged(packet.messageId ?? 0);
      if (packet.cmd === 'publish') this.#obey(raw, packet.messageId, packet.payload.toString());
    }
  }

  #acknowledged(packetId: number): void {
    const at = this.#outbox.findIndex((message) => message.packetId === packetId);
    const [message] = at < 0 ? [] : this.#outbox.splice(at, 1);
    if (message !== undefined && message.what.kind !== 'answer') this.promised[message.what.kind].add(message.what.n);
  }

  #obey(raw: RawMqtt, messageId: number | undefined, payload: string): void {
    const { id }: { id: string } = JSON.parse(payload);
    const count = this.commands.get(id) ?? 0;
    this.commands.set(id, count + 1);
    if (count === 0) this.done.push(id);
    if (this.#ofConnection.has(id)) this.repeatedWithin.push(id);
    this.#ofConnection.add(id);
    if (messageId !== undefined) raw.send({ cmd: 'puback', messageId });
    this.#outbox.push({
      topic: `ruche/${this.id}/ack`,
      payload: JSON.stringify({ id, status: 'ok' }),
      what: { kind: 'answer' },
      packetId: undefined,
    });
  }
}
