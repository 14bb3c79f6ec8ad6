/** The nouns of forwarding: destinations, what waits for each of them in order, and what they would not take. */
import type { SendReason } from '../contract/destination.ts';
import type { PageOf, PageRequest, Write } from './store.ts';

export interface DestinationRow {
  id: string;
  name: string;
  kind: 'webhook' | 'mqtt';
  /** As it may be shown. */
  url: string;
  /** The whole address, encrypted with the hub's key, where that is more than may be shown. */
  urlSealed?: string | undefined;
  topics: string[];
  paused: boolean;
  /** Nobody paused it: RUCHE_BACKEND_URL was missing, and it goes on when that is back. */
  pausedByHub?: boolean | undefined;
  createdMs: number;
  changedMs: number;
  /** Of webhooks: events too, their types mapped; a body of one's own; headers, the values sealed. */
  events: boolean;
  mapping: { from: string; to: string }[];
  template: string | null;
  headers: { name: string; sealed: string }[];
  /** Of remote brokers. */
  direction: 'out' | 'in' | 'both';
  localPrefix: string;
  remotePrefix: string;
  username: string | null;
  /** What requests are signed with, or the password of the remote broker; encrypted with the hub's key. */
  secretSealed: string | null;
}
export interface DestinationStore {
  get(id: string): Promise<DestinationRow | undefined>;
  /** By id. */
  list(page: PageRequest): Promise<PageOf<DestinationRow>>;
  put(destination: DestinationRow): Write;
  /** With everything that waits for it, and its dead letters. */
  remove(id: string): Write;
}

/** One thing that waits to be sent. */
export interface OutboxRow {
  destinationId: string;
  /** Its place: entries go out in this order. */
  seq: number;
  /** The same however often it is sent, so that the other side can tell. */
  id: string;
  atMs: number;
  /** An event as JSON (see domain/forwarding.ts), or a message as base64. */
  kind: 'event' | 'message';
  body: string;
  topic: string | null;
  qos: 0 | 1 | 2;
  retain: boolean;
  /** What MQTT 5 says about a message, as JSON; '' when nothing. */
  properties: string;
}
export interface OutboxStore {
  /** Those after a place (-1: all), by place; at most `limit`. */
  list(destinationId: string, afterSeq: number, limit: number): Promise<OutboxRow[]>;
  put(entry: OutboxRow): Write;
  remove(destinationId: string, seq: number): Write;
  clear(destinationId: string): Write;
}

/** One that was given up: the other side said that it will never take it. */
export interface DeadLetterRow {
  id: string;
  destinationId: string;
  deadMs: number;
  /** A word for it, and a sentence. */
  reason: SendReason;
  message: string;
  httpStatus: number | null;
  entry: OutboxRow;
}
export interface DeadLetterStore {
  /** Newest first. */
  list(destinationId: string, page: PageRequest): Promise<PageOf<DeadLetterRow>>;
  /** Oldest first. */
  oldest(destinationId: string, limit: number): Promise<DeadLetterRow[]>;
  count(destinationId: string): Promise<number>;
  put(letter: DeadLetterRow): Write;
  remove(letter: DeadLetterRow): Write;
}
