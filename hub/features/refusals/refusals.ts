/** The last refusals: repeats counted, the rest bounded, all of it searchable. In memory, and the first of each logged. */
import { ERRORS, type ErrorCode } from '../../contract/errors.ts';
import type { Refusal } from '../../contract/refusal.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';

export interface RefusalSearch {
  /** Found, without case, in client, device, user, address, topic or code. */
  readonly q?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly limit: number;
}

export interface Refusals {
  add(facts: RefusalFacts): void;
  /** The most recent first. */
  search(search: RefusalSearch): Refusal[];
  /** Refusals of the last 60 minutes, repeats included. */
  recordedLastHour(): number;
}

/** A refusal without what the catalogue says about its code. */
interface Entry extends Omit<Refusal, 'title' | 'hint' | 'code'> {
  readonly code: ErrorCode;
  readonly hint?: string;
}

export const REFUSALS_MAX = 1000;
/** What a client made up is cut to this: a thousand of them must stay small. */
const TEXT_LENGTH_MAX = 256;
/** Lines in the log per minute: whoever is refused must not be able to fill the disk with it. */
export const LOGGED_PER_MINUTE_MAX = 30;
const MINUTE_MS = 60_000;
const MINUTES = 60;

export function makeRefusals(clock: Clock, log: Pick<Log, 'info'>): Refusals {
  // A Map iterates in the order of insertion; a repeat moves to the end, so the first is the one to forget.
  const entries = new Map<string, Entry>();
  const lastHour = countMinutes();
  const logged = { minute: 0, lines: 0 };

  function tell(refusal: object, atMs: number): void {
    const minute = Math.floor(atMs / MINUTE_MS);
    if (minute !== logged.minute) Object.assign(logged, { minute, lines: 0 });
    logged.lines += 1;
    if (logged.lines <= LOGGED_PER_MINUTE_MAX) log.info(refusal, 'refused');
    else if (logged.lines === LOGGED_PER_MINUTE_MAX + 1) log.info({}, 'refused more; the Access page has all');
  }

  return {
    add(facts) {
      const seen = clipped(facts);
      const key = JSON.stringify([seen.code, seen.action, seen.clientId, seen.deviceId, seen.topic, seen.address]);
      const known = entries.get(key);
      const times = { firstAtMs: known?.firstAtMs ?? facts.atMs, lastAtMs: facts.atMs };
      entries.delete(key);
      entries.set(key, { ...seen, ...times, id: known?.id ?? newId(), count: (known?.count ?? 0) + 1 });
      dropFirst(entries, REFUSALS_MAX);
      lastHour.add(facts.atMs);
      if (known === undefined) tell({ ...seen, title: ERRORS[seen.code].title }, facts.atMs);
    },
    search({ q = '', deviceId, limit }) {
      const wanted = q.trim().toLowerCase();
      return [...entries.values()]
        .reverse()
        .filter((entry) => deviceId === undefined || entry.deviceId === deviceId)
        .filter((entry) => textsOf(entry).some((text) => text.toLowerCase().includes(wanted)))
        .slice(0, limit)
        .map(explained);
    },
    recordedLastHour: () => lastHour.sum(clock.nowMs()),
  };
}

/** Counts per minute in a ring of one hour. */
function countMinutes() {
  const ring = Array.from({ length: MINUTES }, () => ({ minute: -1, count: 0 }));
  return {
    add(atMs: number): void {
      const minute = Math.floor(atMs / MINUTE_MS);
      const slot = ring[minute % MINUTES];
      if (slot === undefined) return;
      if (slot.minute !== minute) Object.assign(slot, { minute, count: 0 });
      slot.count += 1;
    },
    sum(nowMs: number): number {
      const oldest = Math.floor(nowMs / MINUTE_MS) - MINUTES + 1;
      return ring.filter(({ minute }) => minute >= oldest).reduce((sum, { count }) => sum + count, 0);
    },
  };
}

function clipped({
  code,
  action,
  atMs: _,
  ...texts
}: RefusalFacts): Omit<Entry, 'id' | 'count' | 'firstAtMs' | 'lastAtMs'> {
  const cut = Object.entries(texts).flatMap(([name, text]) =>
    text === undefined || isHalfRule(name, text) ? [] : [[name, String(text).slice(0, TEXT_LENGTH_MAX)] as const],
  );
  return { code, action, ...Object.fromEntries(cut) };
}

/** A rule that was cut would allow something else. */
const isHalfRule = (name: string, text: string): boolean => name === 'allow' && text.length > TEXT_LENGTH_MAX;

function textsOf({ clientId, deviceId, username, address, topic, code }: Entry): string[] {
  return [code, clientId, deviceId, username, address, topic].filter((text) => text !== undefined);
}

/** With the sentence of the catalogue, and its cure unless there is a better one. */
function explained(entry: Entry): Refusal {
  const { title, hint } = ERRORS[entry.code];
  return { hint, ...entry, title };
}

function dropFirst<Value>(map: Map<string, Value>, max: number): void {
  if (map.size <= max) return;
  const [first] = map.keys();
  if (first !== undefined) map.delete(first);
}
