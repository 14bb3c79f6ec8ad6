/** One open socket of seed 1: reads its frames in order and within bounds, and is told what is stored of its device. */
import type { WebSocket } from 'ws';
import { ERRORS, type ErrorCode, RucheError } from '../../contract/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { FRAMES_MAX, FRAMES_WINDOW_MS, IN_FLIGHT_MAX, PING_EVERY_MS, UNSENT_BYTES_MAX } from './limits.ts';
import { WindowCount } from './window-count.ts';

/** RFC 6455 7.4.1. */
export const CLOSE = { goingAway: 1001, unsupportedData: 1003, policyViolation: 1008, tryAgainLater: 1013 } as const;
const COUNTED = 'frames';

export interface IotSocketDeps {
  readonly clock: Clock;
  /** What the frame says is stored when it resolves. Throws RucheError. */
  take(message: unknown): Promise<void>;
  readonly onError: (error: unknown) => void;
  readonly onClosed: () => void;
}

export class IotSocket {
  readonly #client: WebSocket;
  readonly #deps: IotSocketDeps;
  readonly #frames = new WindowCount({ max: FRAMES_MAX, windowMs: FRAMES_WINDOW_MS, keysMax: 1 });
  readonly #stopPing: () => void;
  #inFlight = 0;
  #isHeard = true;

  constructor(client: WebSocket, deps: IotSocketDeps) {
    this.#client = client;
    this.#deps = deps;
    this.#stopPing = deps.clock.every(PING_EVERY_MS, () => this.#ask());
    client.on('message', (data, isBinary) => this.#hear(data, isBinary));
    client.on('ping', () => this.#isCounted());
    client.on('pong', () => {
      this.#isHeard = true;
    });
    // A frame that is too long, a broken connection: `close` follows.
    client.on('error', () => client.terminate());
    client.once('close', () => {
      this.#stopPing();
      deps.onClosed();
    });
  }

  /** Texts for everybody are made once. */
  send(text: string): void {
    if (this.#client.readyState !== this.#client.OPEN) return;
    if (this.#client.bufferedAmount > UNSENT_BYTES_MAX) this.#client.terminate();
    else this.#client.send(text);
  }

  close(code: number, reason: string): void {
    this.#client.close(code, reason);
  }

  terminate(): void {
    this.#client.terminate();
  }

  #hear(data: WebSocket.RawData, isBinary: boolean): void {
    if (this.#client.readyState !== this.#client.OPEN) return;
    if (isBinary) {
      this.close(CLOSE.unsupportedData, 'messages are text');
      return;
    }
    if (!this.#isCounted()) return;
    this.#inFlight++;
    if (this.#inFlight >= IN_FLIGHT_MAX) this.#client.pause();
    void this.#take(data.toString()).finally(() => {
      this.#inFlight--;
      if (this.#inFlight < IN_FLIGHT_MAX && this.#client.isPaused) this.#client.resume();
    });
  }

  async #take(text: string): Promise<void> {
    try {
      await this.#deps.take(parse(text));
    } catch (error) {
      if (!(error instanceof RucheError)) this.#deps.onError(error);
      const refusal = error instanceof RucheError ? error : new RucheError('INTERNAL');
      this.#refuse(refusal.code, refusal.detail);
    }
  }

  #refuse(code: ErrorCode, detail: string | undefined): void {
    const { title, hint } = ERRORS[code];
    this.send(JSON.stringify({ type: 'error', error: detail ?? title, code, hint }));
  }

  /** False: there were too many, and it is being closed. */
  #isCounted(): boolean {
    this.#isHeard = true;
    if (!this.#frames.isTooMuch(COUNTED, this.#deps.clock.nowMs())) return true;
    this.close(CLOSE.policyViolation, 'too many messages');
    return false;
  }

  #ask(): void {
    if (!this.#isHeard) {
      this.terminate();
      return;
    }
    this.#isHeard = false;
    if (this.#client.readyState === this.#client.OPEN) this.#client.ping();
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RucheError('PAYLOAD_NOT_JSON', 'It is not valid JSON.');
  }
}
