/**
 * The open commands of all devices, in memory: what may still happen to them is decided here at once, and stored with
 * whatever commit the caller makes. What is in memory is always what the last write handed out says.
 */
import { compareNames } from '../../contract/topics.ts';
import {
  type CommandFacts,
  type CommandStep,
  isAnswerable,
  isOpen,
  mustBeSent,
  stepCommand,
} from '../../domain/commands.ts';
import type { CommandStore } from '../../store/command-store.ts';
import type { Write } from '../../store/store.ts';
import { AWAITED_PER_DEVICE_MAX, LATE_MAX, OPEN_MAX, WAITING_PER_DEVICE_MAX } from './commands-deps.ts';

/** One step of one command; `before` undefined: it is new. */
export interface Change {
  readonly before: CommandFacts | undefined;
  readonly after: CommandFacts;
  readonly write: Write;
}

export class Ledger {
  readonly #store: CommandStore;
  /** Device → id → command, oldest first. */
  readonly #open = new Map<string, Map<string, CommandFacts>>();
  /** Over without an answer, by id; the oldest go first. */
  readonly #late = new Map<string, CommandFacts>();
  #size = 0;
  #nextExpiryMs = Number.POSITIVE_INFINITY;

  constructor(store: CommandStore) {
    this.#store = store;
  }

  async load(): Promise<void> {
    for (const row of await this.#store.open(OPEN_MAX)) this.#keep(row);
    for (const row of await this.#store.unanswered(LATE_MAX)) this.#keep(row);
  }

  of(deviceId: string): CommandFacts[] {
    return [...(this.#open.get(deviceId)?.values() ?? [])];
  }

  find(deviceId: string, id: string): CommandFacts | undefined {
    const late = this.#late.get(id);
    return this.#open.get(deviceId)?.get(id) ?? (late?.deviceId === deviceId ? late : undefined);
  }

  /** What the hub still owes the device, in the order in which it was asked for. */
  waiting(deviceId: string): CommandFacts[] {
    return this.of(deviceId).filter(mustBeSent);
  }

  has(deviceId: string): boolean {
    return this.#open.has(deviceId);
  }

  hasRoomFor(deviceId: string): boolean {
    return this.#size < OPEN_MAX && this.waiting(deviceId).length < WAITING_PER_DEVICE_MAX;
  }

  /**
   * Takes in a new command. Nobody waits any longer for answers to the oldest of too many, nor for the device to show an
   * older value of the same pin: what was answered to a poll would be answered again, over this one.
   */
  add(facts: CommandFacts): Change[] {
    const awaited = this.of(facts.deviceId).filter((one) => !mustBeSent(one));
    const surplus = Math.max(0, awaited.length - AWAITED_PER_DEVICE_MAX);
    const over = awaited.filter((one, at) => at < surplus || (one.via === 'http' && one.name === facts.name));
    const closed = over.flatMap((one) => this.apply(one, { kind: 'unawaited' }, facts.createdMs) ?? []);
    this.#keep(facts);
    return [...closed, { before: undefined, after: facts, write: this.#store.put(facts) }];
  }

  /** In memory at once; undefined: the step changes nothing. */
  apply(before: CommandFacts, step: CommandStep, nowMs: number): Change | undefined {
    const after = stepCommand(before, step, nowMs);
    if (after === undefined) return undefined;
    this.#keep(after);
    return { before, after, write: this.#store.put(after) };
  }

  /** The commit of a change failed: unless something else has happened meanwhile, it is as before. */
  revert({ before, after }: Change): void {
    const { deviceId, id } = after;
    const isOver = this.find(deviceId, id) === undefined && !isOpen(after);
    if (this.find(deviceId, id) !== after && !isOver) return;
    this.#late.delete(id);
    if (before === undefined) this.#drop(deviceId, id);
    else this.#keep(before);
    if (!isOpen(after)) this.#sort(deviceId);
  }

  /** Everything whose time is over. */
  expire(nowMs: number): Change[] {
    if (nowMs < this.#nextExpiryMs) return [];
    this.#nextExpiryMs = Number.POSITIVE_INFINITY;
    const changes: Change[] = [];
    for (const deviceId of [...this.#open.keys()]) {
      for (const facts of this.of(deviceId)) {
        const change = this.apply(facts, { kind: 'due' }, nowMs);
        if (change === undefined) this.#nextExpiryMs = Math.min(this.#nextExpiryMs, facts.expiresMs);
        else changes.push(change);
      }
    }
    return changes;
  }

  /** The device is gone, and what is stored of its commands with it. */
  forget(deviceId: string): void {
    this.#size -= this.#open.get(deviceId)?.size ?? 0;
    this.#open.delete(deviceId);
    for (const [id, one] of this.#late) if (one.deviceId === deviceId) this.#late.delete(id);
  }

  #keep(facts: CommandFacts): void {
    const { deviceId, id } = facts;
    if (!isOpen(facts)) {
      this.#drop(deviceId, id);
      if (isAnswerable(facts)) this.#keepLate(facts);
      return;
    }
    const commands = this.#open.get(deviceId) ?? new Map<string, CommandFacts>();
    this.#open.set(deviceId, commands);
    if (!commands.has(id)) this.#size++;
    commands.set(id, facts);
    this.#nextExpiryMs = Math.min(this.#nextExpiryMs, facts.expiresMs);
  }

  /** What was over and is not now has gone to the end, where the newest belongs. */
  #sort(deviceId: string): void {
    const commands = this.#open.get(deviceId);
    if (commands !== undefined) this.#open.set(deviceId, new Map([...commands].sort(([a], [b]) => compareNames(a, b))));
  }

  #keepLate(facts: CommandFacts): void {
    this.#late.set(facts.id, facts);
    const [oldest] = this.#late.keys();
    if (this.#late.size > LATE_MAX && oldest !== undefined) this.#late.delete(oldest);
  }

  #drop(deviceId: string, id: string): void {
    this.#late.delete(id);
    const commands = this.#open.get(deviceId);
    if (commands?.delete(id) !== true) return;
    this.#size--;
    if (commands.size === 0) this.#open.delete(deviceId);
  }
}
