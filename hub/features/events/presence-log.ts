/** Devices that went and came back, as events: told after a moment, and seldom of those that do nothing else. */
import type { DeviceStatus, StatusReason } from '../../contract/device.ts';
import { HUB_EVENTS } from '../../contract/event.ts';
import { firstNotes, noticePresence, type PresenceNotes } from '../../domain/presence-notes.ts';
import type { Clock } from '../../lib/clock.ts';
import type { EventRow } from '../../store/event-store.ts';
import type { HubNote } from './event-rows.ts';

export interface Standing {
  readonly status: DeviceStatus;
  readonly reason: StatusReason;
  readonly sinceMs: number;
  /** It is offline, as it often is: nobody knows when to expect it. */
  readonly isUnpredictable: boolean;
}

export interface PresenceLogDeps {
  readonly clock: Clock;
  readonly standingOf: (deviceId: string) => Standing | undefined;
  readonly write: (notes: readonly HubNote[]) => void;
}

const TICK_MS = 1000;

export class PresenceLog {
  readonly #deps: PresenceLogDeps;
  /** One for each device that was ever heard. */
  readonly #notes = new Map<string, PresenceNotes>();
  /** Devices that must stay as they are for a while before it is told, and until when. */
  readonly #held = new Map<string, number>();
  readonly #stop: () => void;

  constructor(deps: PresenceLogDeps) {
    this.#deps = deps;
    this.#stop = deps.clock.every(TICK_MS, () => this.#tick());
  }

  close(): void {
    this.#stop();
  }

  /** Once at start: what the newest events say was told last. Others are as they are now. */
  load(deviceIds: Iterable<string>, newestFirst: readonly Pick<EventRow, 'deviceId' | 'type'>[]): void {
    for (const { deviceId, type } of newestFirst) {
      const isTold = type === HUB_EVENTS.deviceOffline || type === HUB_EVENTS.deviceOnline;
      if (isTold && !this.#notes.has(deviceId)) {
        this.#notes.set(deviceId, firstNotes(type === HUB_EVENTS.deviceOffline));
      }
    }
    for (const deviceId of deviceIds) this.changed(deviceId);
  }

  /** Called for every change of a device, also those that have nothing to do with this. */
  changed(deviceId: string): void {
    const note = this.#look(deviceId);
    if (note !== undefined) this.#deps.write([note]);
  }

  forget(deviceId: string): void {
    this.#notes.delete(deviceId);
    this.#held.delete(deviceId);
  }

  #tick(): void {
    if (this.#held.size === 0) return;
    const nowMs = this.#deps.clock.nowMs();
    const due = [...this.#held].filter(([, atMs]) => atMs <= nowMs).map(([deviceId]) => deviceId);
    const notes = due.map((deviceId) => this.#look(deviceId)).filter((note) => note !== undefined);
    if (notes.length > 0) this.#deps.write(notes);
  }

  #look(deviceId: string): HubNote | undefined {
    const standing = this.#deps.standingOf(deviceId);
    if (standing === undefined || standing.status === 'never') return undefined;
    const isOffline = standing.status === 'offline';
    const before = this.#notes.get(deviceId) ?? firstNotes(isOffline && !standing.isUnpredictable);
    // Neither is late or nobody expected: whatever was told last still holds.
    const isOpen = standing.status === 'late' || standing.isUnpredictable;
    const isAway = isOpen ? before.said === 'offline' : isOffline;
    const nowMs = this.#deps.clock.nowMs();
    const { notes, say, recheckMs } = noticePresence(before, isAway, nowMs);
    this.#notes.set(deviceId, notes);
    if (recheckMs === undefined) this.#held.delete(deviceId);
    else this.#held.set(deviceId, recheckMs);
    return say === undefined ? undefined : noteOf(deviceId, standing);
  }
}

function noteOf(deviceId: string, { status, reason, sinceMs }: Standing): HubNote {
  const data = { status, reason, sinceMs };
  const about = { deviceId, data, atMs: sinceMs };
  if (status === 'offline') {
    const said = { code: 'went-offline', message: 'The device is offline.' } as const;
    return { ...about, ...said, type: HUB_EVENTS.deviceOffline, severity: 'warning' };
  }
  const said = { code: 'came-back', message: 'The device is back.' } as const;
  return { ...about, ...said, type: HUB_EVENTS.deviceOnline, severity: 'info' };
}
