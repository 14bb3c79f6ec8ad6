/** A device of the simulation that speaks over HTTP: posts a batch, and the same batch again until it is answered 200. */

interface Measurement {
  readonly n: number;
  readonly timestamp: number;
}

const BATCH = 3;
const STEP_MS = 1000;

export class SimPoster {
  readonly id: string;
  /** Each is one reading under the number as its value. */
  sent = 0;
  readonly promised = new Set<number>();
  readonly #token: string;
  readonly #periodMs: number;
  #nextMs: number;
  #batch: readonly Measurement[] = [];
  #isAsking = false;

  constructor({ id, token, periodMs, firstMs }: { id: string; token: string; periodMs: number; firstMs: number }) {
    this.id = id;
    this.#token = token;
    this.#periodMs = periodMs;
    this.#nextMs = firstMs;
  }

  get isWaiting(): boolean {
    return this.#isAsking;
  }

  get isDone(): boolean {
    return this.#batch.length === 0;
  }

  live(trueMs: number, url: string, { isMeasuring }: { isMeasuring: boolean }): void {
    if (this.#isAsking) return;
    if (this.isDone && isMeasuring && trueMs >= this.#nextMs) {
      this.#nextMs = trueMs + this.#periodMs;
      this.#batch = Array.from({ length: BATCH }, (_none, at) => ({
        n: this.sent++,
        timestamp: trueMs - at * STEP_MS,
      }));
    }
    if (!this.isDone) void this.#post(url);
  }

  async #post(url: string): Promise<void> {
    this.#isAsking = true;
    const batch = this.#batch;
    try {
      const measurements = batch.map(({ n, timestamp }) => ({ n, timestamp }));
      const answer = await fetch(`${url}/api/iot/batch`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...{ authorization: `Bearer ${this.#token}`, 'x-device-id': this.id },
        },
        body: JSON.stringify({ device_id: this.id, measurements }),
      });
      await answer.text();
      if (answer.status !== 200) return;
      for (const { n } of batch) this.promised.add(n);
      this.#batch = [];
    } catch {
      // The hub is not there: posted again.
    } finally {
      this.#isAsking = false;
    }
  }
}
