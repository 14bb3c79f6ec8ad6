/**
 * The one way out: stores what must outlive the connection (retained values, queues of kept sessions), then delivers,
 * in the order of submission for everybody.
 *
 * Aedes numbers packets and each client drops what arrives with a lower number than it has seen. Its own publish takes
 * the number first and delivers whenever storing happens to be done, so a stored packet loses to any plain one that
 * came later. Here the number is taken on entering a lane and packets leave it in that order; they are stored meanwhile, side
 * by side, because the persistence writes in the order of the calls.
 */
import type { Commits } from './commits.ts';
import type { Engine, Parcel, Stamped } from './engine.ts';
import { Lane } from './lane.ts';
import type { Persistence } from './persistence.ts';

export interface FanOutDeps {
  readonly engine: Engine;
  readonly persistence: Persistence;
  readonly commits: Commits;
  /** Whether this should wait for a client that keeps its session. */
  mayQueue(clientId: string, parcel: Parcel): boolean;
}

/** Called when the parcel is stored as far as needed and on its way to every connected subscriber. */
export type Delivered = (error: unknown) => void;

export class FanOut {
  readonly #deps: FanOutDeps;
  readonly #lane = new Lane();

  constructor(deps: FanOutDeps) {
    this.#deps = deps;
  }

  submit(parcel: Parcel, delivered: Delivered): void {
    const { engine } = this.#deps;
    const stamped = engine.stamp(parcel);
    this.#lane.enter(this.#store(stamped), (error) => {
      if (error === undefined) engine.emit(stamped);
      delivered(error);
    });
  }

  /** Resolves when everything submitted has left. */
  idle(): Promise<void> {
    return this.#lane.idle();
  }

  #store(stamped: Stamped): Promise<unknown> | undefined {
    const retained = stamped.retain ? this.#retain(stamped) : undefined;
    const queued = stamped.qos > 0 ? this.#queue(stamped) : undefined;
    return retained === undefined || queued === undefined ? (retained ?? queued) : Promise.all([retained, queued]);
  }

  #retain(stamped: Stamped): Promise<void> {
    const { commits, persistence } = this.#deps;
    return commits.run({ writes: 1, bytes: stamped.payload.length }, () => persistence.storeRetained(stamped));
  }

  async #queue(stamped: Stamped): Promise<void> {
    const { commits, persistence, mayQueue } = this.#deps;
    const matching = await persistence.subscriptionsByTopic(stamped.topic);
    const wanted = matching.filter(
      ({ clientId, topic }) =>
        clientId !== undefined && !isHiddenFrom(topic, stamped.topic) && mayQueue(clientId, stamped),
    );
    if (wanted.length === 0) return;
    const load = { writes: wanted.length, bytes: wanted.length * stamped.payload.length };
    await commits.run(load, async () => void (await persistence.outgoingEnqueueCombi(wanted, stamped)));
  }
}

/** A filter that begins with a wildcard does not see topics that begin with '$'. [MQTT-4.7.2-1] */
const isHiddenFrom = (filter: string, topic: string): boolean => topic.startsWith('$') && /^[+#]/.test(filter);
