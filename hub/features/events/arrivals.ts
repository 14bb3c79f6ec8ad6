/** What devices report, on its way into the store: in the commit of its message, and once however often it is sent. */
import type { EventReport } from '../../domain/report.ts';
import { idOfParts, makeSortableIds } from '../../lib/ids.ts';
import type { EventRow } from '../../store/event-store.ts';
import type { Store, Write } from '../../store/store.ts';
import { rowOfReport } from './event-rows.ts';
import { type KeptEvents, OWN_ID_PREFIX } from './kept-events.ts';

/** An event whose commit is not known to have succeeded yet. */
interface InFlight {
  readonly row: EventRow;
  /** Messages on their way that carry it: more than one when it is repeated. */
  carriers: number;
}

export interface ArrivalsDeps {
  readonly store: Pick<Store, 'events'>;
  readonly kept: KeptEvents;
  readonly added: (row: EventRow) => void;
}

/** The same event of the same device always has the same id. */
export const ownIdOf = (deviceId: string, eventId: string): string => OWN_ID_PREFIX + idOfParts(deviceId, eventId);

export class Arrivals {
  readonly #deps: ArrivalsDeps;
  readonly #inFlight = new Map<string, InFlight>();
  readonly #byReport = new WeakMap<EventReport, InFlight>();
  /** Those that brought something new. */
  readonly #fresh = new WeakSet<EventReport>();
  readonly #nextId = makeSortableIds();
  #last = { ms: 0, seq: 0 };

  constructor(deps: ArrivalsDeps) {
    this.#deps = deps;
  }

  /** Id and place in the order of arrival of something that comes only once. */
  place(receivedMs: number): { id: string; receivedMs: number; seq: number } {
    return { id: this.#nextId(receivedMs), receivedMs, seq: this.#seqAt(receivedMs) };
  }

  /** Of a report that `writesFor` was asked about. */
  isRepeated(report: EventReport): boolean {
    return !this.#fresh.has(report);
  }

  /** What the hub itself noticed comes only once. */
  isNew(report: EventReport): void {
    this.#fresh.add(report);
  }

  writesFor(deviceId: string, report: EventReport, receivedMs: number): Write[] {
    const { store, kept } = this.#deps;
    const { eventId } = report;
    const id = eventId === undefined ? this.#nextId(receivedMs) : ownIdOf(deviceId, eventId);
    const known = this.#inFlight.get(id);
    if (known !== undefined) {
      // Nothing is acknowledged on the strength of another message's commit: that one may still fail.
      known.carriers += 1;
      this.#byReport.set(report, known);
      return [store.events.put(known.row)];
    }
    if (kept.has(id)) return [];
    const row = rowOfReport(report, { id, deviceId, receivedMs, seq: this.#seqAt(receivedMs) });
    const fresh: InFlight = { row, carriers: 1 };
    this.#inFlight.set(id, fresh);
    this.#byReport.set(report, fresh);
    this.#fresh.add(report);
    kept.expect(id);
    return [eventId === undefined ? store.events.add(row) : store.events.put(row)];
  }

  settle(report: EventReport, isStored: boolean): void {
    const event = this.#byReport.get(report);
    this.#byReport.delete(report);
    if (event === undefined || this.#inFlight.get(event.row.id) !== event) return;
    event.carriers -= 1;
    if (!isStored && event.carriers > 0) return;
    this.#inFlight.delete(event.row.id);
    if (isStored) this.#deps.added(event.row);
    else this.#deps.kept.undo(event.row.id);
  }

  #seqAt(receivedMs: number): number {
    this.#last = { ms: receivedMs, seq: receivedMs === this.#last.ms ? this.#last.seq + 1 : 0 };
    return this.#last.seq;
  }
}
