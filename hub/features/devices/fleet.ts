/** The lives of all devices: takes what the broker and ingest notice, looks at the clock, writes what must survive. */

import type { BaseLogger } from 'pino';
import type { Departure } from '../../contract/device.ts';
import { RucheError } from '../../contract/errors.ts';
import { PULSE_BUCKET_MS } from '../../contract/limits.ts';
import type { HubTimes } from '../../domain/presence.ts';
import { pulseBucket, pulseStartMs } from '../../domain/pulse.ts';
import type { Report } from '../../domain/report.ts';
import type { Clock } from '../../lib/clock.ts';
import type { DeviceRow, Store, Write } from '../../store/store.ts';
import { nameIn } from './admission.ts';
import { Life } from './life.ts';
import { isNameOf, type Registry, spellingOf } from './registry.ts';
import type { SessionFacts } from './session-facts.ts';

const TICK_MS = 1000;
/** When a device was last seen is written at most this often, and at shutdown. */
const SEEN_EVERY_MS = 60_000;
/** Pulse marks are kept for so long. */
const PULSE_KEEP_MS = 48 * 3_600_000;
const PULSE_SWEEP_MS = 3_600_000;
/** Writes in one of the lazy commits. */
const FLUSH_MAX = 1000;
/** Pulse marks that wait for a store that does not answer; more are forgotten, oldest first. */
const MARKS_PENDING_MAX = 20_000;

export interface FleetDeps {
  readonly registry: Registry;
  readonly store: Pick<Store, 'pulses' | 'commit'>;
  readonly clock: Clock;
  readonly log: BaseLogger;
  readonly onChanged: (deviceId: string) => void;
}

/** What a device said in one message. */
export interface Utterance {
  readonly dialect: string;
  readonly reports: readonly Report[];
  /** What it called itself, where it listens as well. */
  readonly spelling?: string | undefined;
}

interface PulseMark {
  readonly deviceId: string;
  readonly bucketMs: number;
}

export class Fleet {
  readonly #deps: FleetDeps;
  readonly #lives = new Map<string, Life>();
  #hub: HubTimes;
  #marks: PulseMark[] = [];
  #bucketMs: number;
  #tickedMs: number;
  #isFlushing = false;
  readonly #stops: (() => void)[];

  constructor(deps: FleetDeps) {
    this.#deps = deps;
    const startedMs = deps.clock.nowMs();
    this.#hub = { startedMs, heardUntilMs: undefined };
    this.#bucketMs = pulseBucket(startedMs);
    this.#tickedMs = startedMs;
    this.#stops = [
      deps.clock.every(TICK_MS, () => this.#tick()),
      deps.clock.every(PULSE_SWEEP_MS, () => void this.#sweepPulses()),
    ];
  }

  /** Once, after the registry was loaded. */
  async load(): Promise<void> {
    const rows = [...this.#deps.registry.rows()];
    const seen = rows.map((row) => row.lastSeenMs).filter((ms) => ms !== null);
    const { startedMs } = this.#hub;
    // A clock that was set back since the last run puts stored times into the future.
    const heardUntilMs =
      seen.length === 0
        ? undefined
        : Math.min(
            startedMs,
            seen.reduce((a, b) => Math.max(a, b)),
          );
    this.#hub = { startedMs, heardUntilMs };
    const fromMs = pulseStartMs(startedMs);
    for (const row of rows) {
      const isRecent = row.lastSeenMs !== null && row.lastSeenMs >= fromMs;
      const heard = isRecent ? await this.#deps.store.pulses.heard(row.id, fromMs, startedMs + 1) : [];
      this.#lives.set(row.id, new Life(row, this.#hub, heard));
    }
  }

  /** Makes the life of a device that is new. */
  life(row: DeviceRow): Life {
    const known = this.#lives.get(row.id);
    if (known !== undefined) return known;
    const life = new Life(row, this.#hub);
    this.#lives.set(row.id, life);
    return life;
  }

  connected(row: DeviceRow, session: SessionFacts): void {
    const life = this.life(row);
    const nowMs = this.#deps.clock.nowMs();
    life.connected(session, nowMs);
    this.#learnNames(row, session);
    this.#hear(life, nowMs);
    this.#deps.onChanged(row.id);
  }

  /** False: this connection of the device is not known. Called for every packet. */
  heard(deviceId: string, clientId: string): boolean {
    const life = this.#lives.get(deviceId);
    if (life === undefined || !life.has(clientId)) return false;
    this.#hear(life, this.#deps.clock.nowMs());
    return true;
  }

  disconnected(deviceId: string, session: SessionFacts, departure: Departure): void {
    const life = this.#lives.get(deviceId);
    if (life?.disconnected(session, departure, this.#deps.clock.nowMs()) !== true) return;
    // After a takeover the same client is about to be back: its device must not flicker.
    if (departure !== 'taken-over') this.#evaluate(life);
    this.#deps.onChanged(deviceId);
  }

  /** Takes note of a message; the answer is what must be stored before it is acknowledged. */
  spoke(row: DeviceRow, { dialect, reports, spelling }: Utterance, atMs: number): Write[] {
    const { registry } = this.#deps;
    const life = this.life(row);
    life.messages += 1;
    if (spelling !== undefined && spelling !== spellingOf(row) && isNameOf(row, spelling)) {
      registry.note(row.id, { spelling });
    }
    let isWorthStoring = !row.dialects.includes(dialect);
    if (isWorthStoring) registry.note(row.id, { dialects: [...row.dialects, dialect] });
    let isGoodbye = false;
    for (const report of reports) {
      if (report.kind !== 'heartbeat') continue;
      isWorthStoring = true;
      if (report.status.toLowerCase() === 'offline') isGoodbye = true;
      else life.declared(report);
    }
    if (isGoodbye) {
      // A last will is not a sign of life: it is published by the hub when there was none.
      life.saidOffline(atMs);
      life.isTouched = true;
      this.#evaluate(life);
    } else {
      life.spoke(atMs);
      this.#hear(life, atMs);
    }
    return isWorthStoring ? [this.#writeSeen(life, atMs)] : [];
  }

  refused(deviceId: string): void {
    const life = this.#lives.get(deviceId);
    if (life === undefined) return;
    life.refused += 1;
    life.isTouched = true;
  }

  /** Something about the device itself was changed by a person. */
  reconsider(deviceId: string): void {
    const life = this.#lives.get(deviceId);
    if (life !== undefined) this.#evaluate(life);
    this.#deps.onChanged(deviceId);
  }

  forget(deviceId: string): void {
    this.#lives.delete(deviceId);
  }

  /** Writes what is still only in memory. The broker must have stopped. */
  async close(): Promise<void> {
    for (const stop of this.#stops) stop();
    const writes = this.#takeMarks(MARKS_PENDING_MAX);
    for (const life of this.#lives.values()) {
      if (this.#isUnsaved(life)) writes.push(this.#writeSeen(life, this.#deps.clock.nowMs()));
    }
    try {
      for (let start = 0; start < writes.length; start += FLUSH_MAX) {
        await this.#deps.store.commit(writes.slice(start, start + FLUSH_MAX));
      }
      // What a lazy commit has taken already is not in `writes`, and may still be on its way.
      await this.#deps.store.commit([]);
    } catch (error) {
      // Nobody was promised it: a hub whose disk is full must still be able to stop.
      if (!(error instanceof RucheError)) throw error;
      this.#deps.log.warn({ err: error, writes: writes.length }, 'presence not stored');
    }
  }

  #hear(life: Life, nowMs: number): void {
    if (life.heard(nowMs)) this.#keepMark(life.deviceId, pulseBucket(nowMs));
    if (life.recheckMs <= nowMs) this.#evaluate(life);
  }

  #evaluate(life: Life): void {
    const row = this.#deps.registry.get(life.deviceId);
    if (row !== undefined && life.evaluate(row, this.#deps.clock.nowMs())) this.#deps.onChanged(life.deviceId);
  }

  #tick(): void {
    const nowMs = this.#deps.clock.nowMs();
    if (nowMs < this.#tickedMs) this.#clockWasSetBack(nowMs);
    this.#tickedMs = nowMs;
    const isNewBucket = nowMs >= this.#bucketMs + PULSE_BUCKET_MS;
    if (isNewBucket) this.#bucketMs = pulseBucket(nowMs);
    for (const life of this.#lives.values()) {
      if (life.recheckMs <= nowMs) this.#evaluate(life);
      // A connection that is kept alive counts as heard, however seldom its packets come.
      if (isNewBucket && life.isConnected && life.standing.status === 'online' && life.markHeard(this.#bucketMs)) {
        this.#keepMark(life.deviceId, this.#bucketMs);
      }
      if (!life.isTouched) continue;
      life.isTouched = false;
      this.#deps.onChanged(life.deviceId);
    }
    void this.#flush(nowMs);
  }

  #clockWasSetBack(nowMs: number): void {
    const { startedMs, heardUntilMs } = this.#hub;
    const past = (ms: number): number => Math.min(ms, nowMs);
    this.#hub = {
      startedMs: past(startedMs),
      heardUntilMs: heardUntilMs === undefined ? undefined : past(heardUntilMs),
    };
    this.#bucketMs = pulseBucket(nowMs);
    for (const life of this.#lives.values()) life.clockWasSetBack(nowMs, this.#hub);
  }

  #learnNames(row: DeviceRow, { clientId, address }: SessionFacts): void {
    // Only a client id that contains a name of this very device becomes another one: nobody squats foreign names.
    const name = nameIn(clientId);
    const isNamed = isNameOf(row, name);
    const isOwnName = isNamed || row.boundClientId === clientId;
    const aliases = isOwnName ? this.#deps.registry.aliasesWith(row, clientId) : row.aliases;
    if (aliases !== row.aliases || row.address !== address) this.#deps.registry.note(row.id, { aliases, address });
    // As long as it has said nothing, that is the best guess.
    const isGuessed = isNamed && row.dialects.length === 0 && row.spelling === undefined;
    if (isGuessed && name !== row.id) this.#deps.registry.note(row.id, { spelling: name });
  }

  #keepMark(deviceId: string, bucketMs: number): void {
    if (this.#marks.length >= MARKS_PENDING_MAX) this.#marks.shift();
    this.#marks.push({ deviceId, bucketMs });
  }

  #takeMarks(max: number): Write[] {
    const marks = this.#marks.splice(0, max);
    const known = marks.filter(({ deviceId }) => this.#deps.registry.get(deviceId) !== undefined);
    return known.map(({ deviceId, bucketMs }) => this.#deps.store.pulses.mark(deviceId, bucketMs));
  }

  #isUnsaved(life: Life): boolean {
    const row = this.#deps.registry.get(life.deviceId);
    return row !== undefined && row.lastSeenMs !== life.lastSeenMs;
  }

  #writeSeen(life: Life, nowMs: number): Write {
    life.savedAtMs = nowMs;
    this.#deps.registry.note(life.deviceId, { lastSeenMs: life.lastSeenMs, habits: life.habits });
    return this.#deps.registry.write(life.deviceId);
  }

  async #flush(nowMs: number): Promise<void> {
    if (this.#isFlushing) return;
    const pending = this.#marks.slice(0, FLUSH_MAX);
    const writes = this.#takeMarks(FLUSH_MAX);
    for (const life of this.#lives.values()) {
      if (writes.length >= FLUSH_MAX) break;
      if (nowMs - life.savedAtMs >= SEEN_EVERY_MS && this.#isUnsaved(life)) writes.push(this.#writeSeen(life, nowMs));
    }
    if (writes.length === 0) return;
    this.#isFlushing = true;
    try {
      await this.#deps.store.commit(writes);
    } catch (error) {
      // Lost are at most a minute of "last seen"; the marks wait for the store to come back.
      this.#marks = [...pending, ...this.#marks].slice(0, MARKS_PENDING_MAX);
      this.#deps.log.warn({ err: error, writes: writes.length }, 'presence not stored');
    } finally {
      this.#isFlushing = false;
    }
  }

  async #sweepPulses(): Promise<void> {
    const beforeMs = pulseBucket(this.#deps.clock.nowMs() - PULSE_KEEP_MS);
    try {
      for (const deviceId of [...this.#lives.keys()]) {
        await this.#deps.store.commit([await this.#deps.store.pulses.forget(deviceId, beforeMs)]);
      }
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'old pulse marks not removed');
    }
  }
}
