/** Somebody without credentials who comes back as soon as the hub shows the door. */
import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import { connectPacket } from '../helpers/raw-mqtt.ts';

const AGAIN_MS = 50;

export class Stranger {
  readonly #port: number;
  readonly #greeting: Buffer | undefined;
  #socket: Socket | undefined;
  #isStopped = false;
  attempts = 0;

  /** Without a client id it says nothing at all. */
  constructor(port: number, clientId: string | undefined) {
    this.#port = port;
    this.#greeting = clientId === undefined ? undefined : generate(connectPacket({ clientId }));
    this.#knock();
  }

  stop(): void {
    this.#isStopped = true;
    this.#socket?.destroy();
  }

  #knock(): void {
    if (this.#isStopped) return;
    this.attempts++;
    this.#socket = connect({ port: this.#port, host: '127.0.0.1' });
    if (this.#greeting !== undefined) this.#socket.write(this.#greeting);
    this.#socket
      .resume()
      .on('error', () => undefined)
      .on('close', () => setTimeout(() => this.#knock(), AGAIN_MS));
  }
}
