/**
 * Forwarding: what devices say goes on to webhooks and other brokers. An entry is stored in the commit of its message;
 * from there a courier carries it, and nothing here waits for the other side.
 */
import { createHash } from 'node:crypto';
import type {
  DeadLetter,
  Destination,
  DestinationBody,
  DestinationPatch,
  DestinationTested,
} from '../../contract/destination.ts';
import { RucheError } from '../../contract/errors.ts';
import { DESTINATIONS_MAX } from '../../contract/limits.ts';
import type { LiveForwarding } from '../../contract/live.ts';
import type { Hop } from '../../domain/hops.ts';
import type { EventReport, Report } from '../../domain/report.ts';
import type { Clock } from '../../lib/clock.ts';
import { newId } from '../../lib/ids.ts';
import type { Log } from '../../lib/log.ts';
import { makeSlot } from '../../lib/slot.ts';
import { makeTurnstile } from '../../lib/turnstile.ts';
import type { DeadLetterRow, DestinationRow } from '../../store/forwarding-store.ts';
import type { PageOf, PageRequest, Store, Write } from '../../store/store.ts';
import { Courier } from './courier.ts';
import {
  addressGiven,
  addressOf,
  changedDestination,
  destinationView,
  newDestination,
  withAddress,
} from './destination-form.ts';
import {
  eventEntry,
  isForMessages,
  isWanted,
  letterView,
  matches,
  messageEntry,
  type PassingMessage,
  testEntry,
} from './entries.ts';
import { DEAD_LETTERS_MAX } from './limits.ts';
import { type Entry, Queue } from './queue.ts';
import { makeSender } from './senders/make-sender.ts';
import type { Received } from './senders/remote-broker.ts';
import { plainError, type Sender } from './senders/sender.ts';

export interface ForwardingDeps {
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn'>;
  readonly store: Pick<Store, 'destinations' | 'outbox' | 'deadLetters' | 'commit'>;
  /** In [0, 1). */
  readonly random: () => number;
  /** 32 bytes that no other hub has. */
  readonly key: Buffer;
  /** Seed 4: events go to `<url>/api/events` (S4-7). */
  readonly backendUrl: string | undefined;
  /** The same event as one that came before: that one goes on, or has. */
  isRepeated(report: EventReport): boolean;
  /** A message that came from another broker; rejects with a RucheError when it is refused. */
  publishAs(destination: { id: string; name: string }, message: Received): Promise<void>;
}

interface Route {
  row: DestinationRow;
  readonly courier: Courier;
  /** Messages that came from there. */
  received: number;
}

/** What RUCHE_BACKEND_URL sets up. */
const BACKEND_ID = 'backend';
/** People who wait to change something. */
const WAITING_MAX = 20;
const HUB_ID_LENGTH = 12;
const NOTHING: readonly Write[] = [];

export class Forwarding {
  readonly #deps: ForwardingDeps;
  readonly #routes = new Map<string, Route>();
  readonly #hubId: string;
  /** Of the destinations; the hot path asks nothing else when both are empty. */
  #forEvents: readonly Route[] = [];
  #forMessages: readonly Route[] = [];
  readonly #turnstile = makeTurnstile({
    concurrency: 1,
    waitingMax: WAITING_MAX,
    whenFull: () => new RucheError('STORE_BUSY'),
  });
  readonly #changed;
  /** A destination came, went, or fares differently. */
  readonly onChanged;

  constructor(deps: ForwardingDeps) {
    this.#deps = deps;
    this.#hubId = createHash('sha256').update(deps.key).digest('hex').slice(0, HUB_ID_LENGTH);
    this.#changed = makeSlot<[]>((error) => deps.log.warn({ err: error }, 'a listener of forwarding failed'));
    this.onChanged = this.#changed.slot;
  }

  /** Sending begins with `start`, when messages can come in, too. */
  async load(): Promise<void> {
    const { items } = await this.#deps.store.destinations.list({ limit: DESTINATIONS_MAX });
    for (const row of items) await this.#add(row);
    await this.#setUpBackend();
  }

  start(): void {
    for (const { courier } of this.#routes.values()) courier.start();
  }

  /** Before the store is closed. */
  async close(): Promise<void> {
    await Promise.all([...this.#routes.values()].map(({ courier }) => courier.close()));
  }

  // --- what is forwarded

  /** Of what a device said: events. */
  writesFor({ deviceId, report }: { deviceId: string; report: Report }, receivedMs: number): Write[] {
    if (report.kind !== 'event' || this.#forEvents.length === 0 || this.#deps.isRepeated(report)) return [];
    const entry = eventEntry(deviceId, report, receivedMs);
    return this.#forEvents.flatMap(({ courier }) => courier.queue.writesFor(entry));
  }

  settle({ report }: { report: Report }, isStored: boolean): void {
    if (report.kind !== 'event') return;
    for (const { courier } of this.#forEvents) {
      if (isStored) courier.wake();
      else courier.doubt();
    }
  }

  /** Of every message that is delivered. */
  writesForMessage(message: PassingMessage): readonly Write[] {
    if (this.#forMessages.length === 0) return NOTHING;
    const { clock } = this.#deps;
    let entry: Entry | undefined;
    return this.#forMessages.flatMap(({ row, courier }) => {
      if (!isWanted(row, message, this.#hop(row))) return [];
      entry ??= messageEntry(message, clock.nowMs());
      return courier.queue.writesFor(entry);
    });
  }

  /** A message was stored and is on its way. */
  passed({ topic }: { topic: string }): void {
    for (const { row, courier } of this.#forMessages) if (matches(row, topic)) courier.wake();
  }

  // --- people

  list(): Destination[] {
    return [...this.#routes.values()].map((route) => this.#view(route));
  }

  /** Throws DESTINATION_UNKNOWN. */
  get(id: string): Destination {
    return this.#view(this.#demand(id));
  }

  live(): LiveForwarding {
    const routes = [...this.#routes.values()];
    return {
      destinations: routes.map(({ row, courier, received }) => ({ id: row.id, status: courier.status(received) })),
    };
  }

  /** Throws DESTINATION_INVALID, DESTINATIONS_FULL. */
  create(body: DestinationBody): Promise<Destination> {
    return this.#turnstile(async () => {
      const { clock, key, store } = this.#deps;
      if (this.#routes.size >= DESTINATIONS_MAX) throw new RucheError('DESTINATIONS_FULL');
      const row = newDestination(body, { id: newId(), key, nowMs: clock.nowMs() });
      await store.commit([store.destinations.put(row)]);
      const route = await this.#add(row);
      route.courier.start();
      return this.#view(route);
    });
  }

  /** What waits stays. Throws DESTINATION_UNKNOWN, DESTINATION_INVALID, DESTINATION_FIXED. */
  change(id: string, patch: DestinationPatch): Promise<Destination> {
    return this.#turnstile(async () => {
      const { clock, key } = this.#deps;
      const { row } = this.#demand(id);
      if (this.#isFixed(row) && addressGiven(row, patch.url, key) !== addressOf(row, key))
        throw new RucheError('DESTINATION_FIXED');
      const changed = changedDestination(row, patch, { key, nowMs: clock.nowMs() });
      return this.#view(await this.#keep(changed));
    });
  }

  /** With everything that waits for it. Throws DESTINATION_UNKNOWN, DESTINATION_FIXED. */
  remove(id: string): Promise<void> {
    return this.#turnstile(async () => {
      const { store } = this.#deps;
      const { row, courier } = this.#demand(id);
      if (this.#isFixed(row)) throw new RucheError('DESTINATION_FIXED');
      this.#routes.delete(id);
      this.#sort();
      await courier.close();
      // A message that was on its way to the store when nobody asked any more may still have put something there.
      await store.commit([]);
      await store.commit([store.destinations.remove(id)]);
      this.#changed.fire();
    });
  }

  /** Does not wait until the next attempt is due. Throws DESTINATION_UNKNOWN. */
  flush(id: string): Destination {
    const route = this.#demand(id);
    route.courier.flush();
    return this.#view(route);
  }

  /** Answers how many went. Throws DESTINATION_UNKNOWN. */
  async discard(id: string): Promise<number> {
    const { count, write, stored } = this.#demand(id).courier.queue.discarding();
    await this.#deps.store.commit([write]);
    stored();
    this.#changed.fire();
    return count;
  }

  /** One attempt past the queue. Throws DESTINATION_UNKNOWN. */
  test(id: string): Promise<DestinationTested> {
    const { row, courier } = this.#demand(id);
    return courier.test(testEntry(row, this.#deps.clock.nowMs()));
  }

  /** Newest first. Throws DESTINATION_UNKNOWN, CURSOR_INVALID. */
  async deadLetters(id: string, page: PageRequest): Promise<PageOf<DeadLetter>> {
    this.#demand(id);
    const { items, nextCursor } = await this.#deps.store.deadLetters.list(id, page);
    const views = items.map(letterView);
    return nextCursor === undefined ? { items: views } : { items: views, nextCursor };
  }

  /** Puts letters at the end of the queue; all of them when none is named. Answers how many. */
  resend(id: string, ids: readonly string[] | undefined): Promise<number> {
    return this.#bury(id, ids, (letters, { queue }) => letters.flatMap(({ entry }) => queue.writesFor(entry)));
  }

  discardLetters(id: string, ids: readonly string[] | undefined): Promise<number> {
    return this.#bury(id, ids, () => []);
  }

  #bury(
    id: string,
    ids: readonly string[] | undefined,
    also: (letters: readonly DeadLetterRow[], courier: Courier) => Write[],
  ): Promise<number> {
    return this.#turnstile(async () => {
      const { store } = this.#deps;
      const { courier } = this.#demand(id);
      const all = await store.deadLetters.oldest(id, DEAD_LETTERS_MAX);
      const letters = ids === undefined ? all : all.filter((letter) => ids.includes(letter.id));
      const removals = letters.map((letter) => store.deadLetters.remove(letter));
      await store.commit([...removals, ...also(letters, courier)]);
      courier.deadLettersChanged(-letters.length);
      courier.wake();
      this.#changed.fire();
      return letters.length;
    });
  }

  async #setUpBackend(): Promise<void> {
    const { backendUrl, clock, key, store } = this.#deps;
    const known = this.#routes.get(BACKEND_ID)?.row;
    const changedMs = clock.nowMs();
    if (backendUrl === undefined) {
      // Nothing goes anywhere any more unless somebody says so.
      if (known !== undefined && !known.paused)
        await this.#keep({ ...known, paused: true, pausedByHub: true, changedMs });
      return;
    }
    const url = `${backendUrl.replace(/\/+$/, '')}/api/events`;
    if (known !== undefined) {
      const isOurPause = known.pausedByHub === true;
      if (addressOf(known, key) === url && !isOurPause) return;
      const row = { ...known, paused: known.paused && !isOurPause, pausedByHub: undefined, changedMs };
      await this.#keep(withAddress(row, url, key));
      return;
    }
    const made = { id: BACKEND_ID, key, nowMs: changedMs };
    const row = newDestination({ kind: 'webhook', name: 'Backend', url, events: true }, made);
    await store.commit([store.destinations.put(row)]);
    await this.#add(row);
  }

  async #keep(row: DestinationRow): Promise<Route> {
    const { store } = this.#deps;
    await store.commit([store.destinations.put(row)]);
    return this.#use(row);
  }

  async #add(row: DestinationRow): Promise<Route> {
    const { clock, log, store, random } = this.#deps;
    const queue = new Queue({ store, clock, destinationId: row.id });
    const start = { sender: this.#senderFor(row), isPaused: row.paused };
    const courier = new Courier({ clock, log, store, random, destinationId: row.id, queue }, start);
    courier.onChanged(() => this.#changed.fire());
    await courier.load();
    const route = { row, courier, received: 0 };
    this.#routes.set(row.id, route);
    this.#sort();
    return route;
  }

  async #use(row: DestinationRow): Promise<Route> {
    const route = this.#demand(row.id);
    route.row = row;
    this.#sort();
    await route.courier.use({ sender: this.#senderFor(row), isPaused: row.paused });
    return route;
  }

  #senderFor(row: DestinationRow): Sender {
    const { clock, key, random, publishAs } = this.#deps;
    const route = (): Route | undefined => this.#routes.get(row.id);
    return makeSender(row, {
      clock,
      key,
      random,
      hop: this.#hop(row),
      receive: async (message) => {
        const here = route();
        if (here !== undefined) here.received++;
        try {
          await publishAs({ id: row.id, name: row.name }, message);
        } catch (error) {
          // Sent again it would be refused again; when the store is out of order it may be taken later.
          if (!(error instanceof RucheError) || error.code.startsWith('STORE_')) throw error;
          here?.courier.note(
            plainError('refused-here', `A message on "${message.topic}" was refused: ${error.message}`),
          );
        }
      },
      onReady: () => route()?.courier.flush(),
      onError: (error) => route()?.courier.note(error),
    });
  }

  #hop({ id }: DestinationRow): Hop {
    return { hub: this.#hubId, destination: id };
  }

  #sort(): void {
    const routes = [...this.#routes.values()];
    this.#forEvents = routes.filter(({ row }) => row.kind === 'webhook' && row.events);
    this.#forMessages = routes.filter(({ row }) => isForMessages(row));
    this.#changed.fire();
  }

  #isFixed({ id }: DestinationRow): boolean {
    return id === BACKEND_ID && this.#deps.backendUrl !== undefined;
  }

  #view(route: Route): Destination {
    return destinationView(route.row, this.#isFixed(route.row), route.courier.status(route.received));
  }

  #demand(id: string): Route {
    const route = this.#routes.get(id);
    if (route === undefined) throw new RucheError('DESTINATION_UNKNOWN');
    return route;
  }
}
