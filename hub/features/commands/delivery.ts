/**
 * Handing commands to connections of their devices, in order and one device at a time.
 *
 * That a command is being sent is stored in the commit that lets the message out, so that it is known after kill -9 that
 * the device may have it. It is sent again, under the same id, only when the connection that was to acknowledge it has
 * ended without doing so.
 */
import { RucheError } from '../../contract/errors.ts';
import { ownNameIn, ownTopic } from '../../contract/topics.ts';
import { type CommandMessage, encodeCommand } from '../../domain/command-encoding.ts';
import type { CommandFacts } from '../../domain/commands.ts';
import { makeInTurn } from '../../lib/in-turn.ts';
import { type CommandLink, type CommandsDeps, OPEN_MAX } from './commands-deps.ts';
import type { Change, Ledger } from './ledger.ts';

/** Deliveries to one device that wait for each other: one that runs, and one that looks again after it. */
const TURNS_MAX = 2;

export interface DeliveryHooks {
  /** The step is stored. */
  changed(change: Change): void;
  /** The device's connection has acknowledged it. */
  taken(deviceId: string, id: string): void;
}

export class Delivery {
  readonly #deps: Pick<CommandsDeps, 'clock' | 'log' | 'devices' | 'broker'>;
  readonly #ledger: Ledger;
  readonly #hooks: DeliveryHooks;
  /** Command → the connection that is to acknowledge it. */
  readonly #underWay = new Map<string, CommandLink>();
  /** Device → key of the client that spoke for it last without being it: an account, or anybody in open mode. */
  readonly #speakers = new Map<string, string>();
  /** Devices that are there, and whose commands could not be stored as sent. */
  readonly #retries = new Set<string>();
  readonly #inTurn = makeInTurn({ jobsMax: TURNS_MAX, whenFull: () => new RucheError('STORE_BUSY') });

  constructor(deps: CommandsDeps, ledger: Ledger, hooks: DeliveryHooks) {
    this.#deps = deps;
    this.#ledger = ledger;
    this.#hooks = hooks;
  }

  /** The device may be reached now. */
  wake(deviceId: string): void {
    // Asked for every message of every device: most have no command.
    if (!this.#ledger.has(deviceId) || this.#ledger.waiting(deviceId).length === 0) return;
    this.#inTurn(deviceId, () => this.#deliver(deviceId)).catch((error: unknown) => {
      // One that waits already will see what this one would have seen.
      if (error instanceof RucheError) return;
      this.#deps.log.error({ err: error, deviceId }, 'commands could not be delivered');
    });
  }

  /** What failed because of the store is tried again. */
  retry(): void {
    const deviceIds = [...this.#retries];
    this.#retries.clear();
    for (const deviceId of deviceIds) this.wake(deviceId);
  }

  spokenFor(deviceId: string, key: string): void {
    if (this.#speakers.size < OPEN_MAX || this.#speakers.has(deviceId)) this.#speakers.set(deviceId, key);
  }

  /** What this connection has not acknowledged must be sent again. */
  disconnected(link: CommandLink): void {
    for (const [id, one] of this.#underWay) if (one === link) this.#underWay.delete(id);
  }

  forget(deviceId: string): void {
    this.#speakers.delete(deviceId);
    this.#retries.delete(deviceId);
  }

  async #deliver(deviceId: string): Promise<void> {
    for (const command of this.#ledger.waiting(deviceId)) {
      if (this.#underWay.has(command.id)) continue;
      // Something may have happened to it while the one before was being stored.
      const now = this.#ledger.find(deviceId, command.id);
      if (now !== undefined && !(await this.#send(now))) return;
    }
  }

  /** False: the device cannot be reached. */
  async #send(command: CommandFacts): Promise<boolean> {
    const { clock, broker, log } = this.#deps;
    const { id, deviceId, expiresMs } = command;
    const route = this.#routeOf(command);
    if (route === undefined) return false;
    const { message, link } = route;
    const { key } = link;
    const isConfirmed = (broker.listens(key, message.topic) ?? 0) > 0;
    const nowMs = clock.nowMs();
    const change = this.#ledger.apply(command, { kind: 'sent', isConfirmed }, nowMs);
    if (change === undefined) return true;
    if (isConfirmed) this.#underWay.set(id, link);
    const taken = (): void => {
      this.#underWay.delete(id);
      this.#hooks.taken(deviceId, id);
    };
    try {
      await broker.handOver({ ...message, qos: 1 }, { key, taken, wantedMs: expiresMs - nowMs }, [change.write]);
    } catch (error) {
      this.#underWay.delete(id);
      this.#ledger.revert(change);
      this.#retries.add(deviceId);
      log.warn({ err: error, deviceId, commandId: id }, 'a command could not be sent');
      return false;
    }
    this.#hooks.changed(change);
    return true;
  }

  /** The first way of saying it that a connection of the device listens to. */
  #routeOf(command: CommandFacts): { message: CommandMessage; link: CommandLink } | undefined {
    const { deviceId } = command;
    const { devices, broker } = this.#deps;
    const { dialects = [], spelling = deviceId } = devices.find(deviceId) ?? {};
    for (const message of encodeCommand(dialects, { ...command, deviceId: spelling })) {
      // A connection of the device, or one that speaks for it.
      for (const key of [devices.clientOf(deviceId), this.#speakers.get(deviceId)]) {
        const topic = key && this.#heardAs(key, deviceId, message.topic);
        const link = topic && broker.session(key);
        if (topic && link) return { message: { ...message, topic }, link };
      }
    }
    return undefined;
  }

  /** This topic, or the same under another name of the device, as the client listens to it; undefined: it does not. */
  #heardAs(key: string, deviceId: string, topic: string): string | undefined {
    const { devices, broker } = this.#deps;
    if (broker.listens(key, topic) !== undefined) return topic;
    if (ownNameIn(topic) === undefined) return undefined;
    for (const filter of broker.filters(key)) {
      const name = ownNameIn(filter);
      if (name === undefined || devices.find(name)?.id !== deviceId) continue;
      const named = ownTopic(name, 'cmd');
      if (broker.listens(key, named) !== undefined) return named;
    }
    return undefined;
  }
}
