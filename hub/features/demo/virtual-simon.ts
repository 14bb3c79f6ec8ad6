/** A Simon without hardware: speaks seed 0's topics over MQTT exactly as its firmware does, and plays. */
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { MqttClient } from 'mqtt';
import { SCORE_MAX } from '../../contract/limits.ts';
import { ownTopic, SIMON_PAIR, SIMON_PAIR_ACK, SIMON_SCORES } from '../../contract/topics.ts';
import type { Clock } from '../../lib/clock.ts';
import { isRoundWon, type Random, restMs, roundMs, scoreAfter } from './game.ts';

/** As PubSubClient has it, and the seed's wait between two attempts (S0-15). */
const KEEPALIVE_S = 15;
const RETRY_MS = 2000;
const CONNECT_TIMEOUT_MS = 10_000;
/** A hub that does not take leave in this time is left without. */
const LEAVE_TIMEOUT_MS = 1000;
const MQTT_3_1_1 = 4;

export type SimonEvent =
  | { readonly kind: 'connected' | 'lost' | 'unpaired' | 'acknowledged' }
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'paired'; readonly username: string }
  | { readonly kind: 'round'; readonly round: number }
  | { readonly kind: 'score'; readonly score: number };

export interface VirtualSimonOptions {
  /** MAC without separators. */
  readonly deviceId: string;
  /** Opens a connection to the hub; called again for each attempt. */
  readonly connect: () => Duplex;
  readonly clock: Clock;
  readonly random: Random;
  /** Games go so many times faster. */
  readonly speed?: number;
  /** Of scores; the seed has 0. */
  readonly qos?: 0 | 1;
  /** The seed's device also plays before anybody paired it; what it publishes then is refused or nobody's. */
  readonly playsUnpaired?: boolean;
  readonly retryMs?: number;
  readonly onEvent?: (event: SimonEvent) => void;
}

/** `ESP32-Simon-` and the MAC (S0-8). */
export const simonClientId = (deviceId: string): string => `ESP32-Simon-${deviceId}`;

/** A locally administered MAC without separators; the same for the same numbers (each 0 to 65535). */
export function virtualMac(seed: number, number: number): string {
  const hex = (value: number): string => (value & 0xffff).toString(16).padStart(4, '0').toUpperCase();
  return `0251${hex(seed)}${hex(number)}`;
}

export class VirtualSimon {
  readonly deviceId: string;
  readonly #options: VirtualSimonOptions;
  readonly #client: MqttClient;
  /** From worst to best player. */
  readonly #skill: number;
  #username = '';
  /** A score that found no connection; the seed's firmware connects first, then publishes it (S0-11). */
  #unsent: number | undefined;
  #cancelTurn: (() => void) | undefined;
  #isStopped = false;

  /** Connects at once, and again and again until stopped. */
  constructor(options: VirtualSimonOptions) {
    this.deviceId = options.deviceId;
    this.#options = options;
    this.#skill = options.random();
    this.#client = new MqttClient(() => options.connect(), {
      clientId: simonClientId(options.deviceId),
      protocolVersion: MQTT_3_1_1,
      clean: true,
      keepalive: KEEPALIVE_S,
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectPeriod: options.retryMs ?? RETRY_MS,
      reconnectOnConnackError: true,
      resubscribe: false,
      queueQoSZero: false,
    });
    this.#listen();
  }

  /** The paired person, in RAM only as in the seed (S0-24); '' while there is none. */
  get username(): string {
    return this.#username;
  }

  /** Says good-bye if somebody listens; always ends, and nothing happens afterwards. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelTurn?.();
    const patience = new AbortController();
    const left = this.#client.endAsync();
    await Promise.race([left, sleep(LEAVE_TIMEOUT_MS, undefined, { signal: patience.signal })]);
    patience.abort();
    this.#client.stream.destroy();
  }

  #listen(): void {
    const client = this.#client;
    let isConnected = false;
    client.on('connect', () => {
      isConnected = true;
      client.subscribe(SIMON_PAIR, { qos: 0 });
      this.#tell({ kind: 'connected' });
      if (this.#unsent !== undefined) this.#publishScore(this.#unsent);
      this.#startGame();
    });
    client.on('close', () => {
      if (isConnected) this.#tell({ kind: 'lost' });
      isConnected = false;
      this.#cancelTurn?.();
      this.#cancelTurn = undefined;
    });
    // Socket errors end in 'close'; what is left are refusals by the hub.
    client.on('error', (error) => {
      if ('code' in error && typeof error.code === 'number') this.#tell({ kind: 'refused', reason: error.message });
    });
    client.on('message', (topic, payload) => {
      if (topic === SIMON_PAIR) this.#pair(payload.toString());
    });
  }

  /** S0-4, S0-5: what is not JSON, or for another device, is ignored; missing fields read as ''. */
  #pair(payload: string): void {
    const { device_id, username = '' } = fieldsOf(payload);
    if (device_id !== this.deviceId) return;
    this.#username = username;
    this.#send(SIMON_PAIR_ACK, { device_id, username, status: 'paired' });
    this.#tell(username === '' ? { kind: 'unpaired' } : { kind: 'paired', username });
    this.#startGame();
  }

  #startGame(): void {
    const isWanted = this.#username !== '' || this.#options.playsUnpaired === true;
    if (this.#cancelTurn === undefined && isWanted && this.#client.connected) this.#playRound(1);
  }

  #playRound(round: number): void {
    const { random } = this.#options;
    // The seed does not tell rounds, our own firmware does; who waits to be let in would only be refused.
    if (this.#username !== '') this.#send(ownTopic(this.deviceId, 'score'), { round });
    this.#tell({ kind: 'round', round });
    this.#after(roundMs(round, random), () => {
      const isWon = isRoundWon(round, this.#skill, random);
      if (isWon && round < SCORE_MAX) this.#playRound(round + 1);
      else this.#endGame(scoreAfter(round, isWon));
    });
  }

  #endGame(score: number): void {
    this.#publishScore(score);
    this.#after(restMs(this.#options.random), () => this.#startGame());
  }

  #publishScore(score: number): void {
    this.#unsent = this.#client.connected ? undefined : score;
    if (this.#unsent !== undefined) return;
    this.#tell({ kind: 'score', score });
    const { qos = 0 } = this.#options;
    const body = { device_id: this.deviceId, username: this.#username, score };
    this.#send(SIMON_SCORES, body, qos, () => this.#tell({ kind: 'acknowledged' }));
  }

  #send(topic: string, body: object, qos: 0 | 1 = 0, onAcknowledged?: () => void): void {
    this.#client.publish(topic, JSON.stringify(body), { qos }, (error) => {
      if (!error && qos === 1) onAcknowledged?.();
    });
  }

  #after(ms: number, turn: () => void): void {
    this.#cancelTurn = this.#options.clock.after(Math.ceil(ms / (this.#options.speed ?? 1)), () => {
      this.#cancelTurn = undefined;
      turn();
    });
  }

  #tell(event: SimonEvent): void {
    if (!this.#isStopped) this.#options.onEvent?.(event);
  }
}

function fieldsOf(payload: string): { device_id?: string; username?: string } {
  try {
    const value: unknown = JSON.parse(payload);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, field]) => typeof field === 'string'));
  } catch {
    return {};
  }
}
