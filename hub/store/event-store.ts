/** The nouns of what happened: events, as devices and the hub tell them. The promises of store.ts hold here too. */
import type { EventCode } from '../contract/event.ts';
import type { PageOf, PageRequest, Write } from './store.ts';

export type EventSeverity = 'info' | 'warning' | 'critical';

export interface EventRow {
  id: string;
  /** '' = the hub itself. */
  deviceId: string;
  type: string;
  severity: EventSeverity;
  message: string | null;
  /** Which sentence of the hub `message` is; null: words of a device, or of an earlier version of the hub. */
  code: EventCode | null;
  source: string | null;
  topic: string | null;
  /** JSON; '' when there is nothing else to say. */
  dataJson: string;
  /** When it happened; never later than `receivedMs`. */
  atMs: number;
  receivedMs: number;
  /** Orders the events of one millisecond. */
  seq: number;
  /** The sender's own id for it. */
  eventId: string | null;
  /** The time as the sender wrote it. */
  originalTimestamp: number | string | null;
  ackedBy: string | null;
  ackedMs: number | null;
  note: string | null;
}

export interface EventFilter {
  deviceId?: string | undefined;
  /** Any of them; undefined: all. */
  severities?: readonly EventSeverity[] | undefined;
  /** Compared without case. */
  type?: string | undefined;
  /** Of `atMs`, included. */
  fromMs?: number | undefined;
  /** Of `atMs`, not included. */
  toMs?: number | undefined;
}

/** What is known of an event without reading it. */
export interface EventMark {
  id: string;
  deviceId: string;
}

export interface EventStore {
  get(id: string): Promise<EventRow | undefined>;
  /** As they were received, the last one first. A cursor is good for the device and the times it was given out for. */
  list(page: PageRequest & EventFilter): Promise<PageOf<EventRow>>;
  /** Every event, the first one received first. */
  marks(page: PageRequest): Promise<PageOf<EventMark>>;
  /** Those received first, of everybody or of one device. */
  oldest(limit: number, deviceId?: string): Promise<EventRow[]>;
  put(event: EventRow): Write;
  /** The same for an id that no event ever had: cheaper, because nothing needs to be looked for. */
  add(event: EventRow): Write;
  remove(id: string): Write;
}
