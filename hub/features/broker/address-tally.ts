/** How many subscriptions the clients of each address have, for those whose address is all that is known of them. */
import { levelsOf } from './subscription.ts';

/** A filter of many levels takes as much memory as many filters. */
export interface Subscribed {
  readonly count: number;
  readonly levels: number;
}

const NONE: Subscribed = { count: 0, levels: 0 };

export class AddressTally {
  /** One for each address with at least one subscription, so there are never more than of those. */
  readonly #byAddress = new Map<string, Subscribed>();

  of(address: string): Subscribed {
    return this.#byAddress.get(address) ?? NONE;
  }

  /** `address` undefined: of somebody who is not counted here. */
  add(address: string | undefined, filter: string, by: 1 | -1): void {
    if (address === undefined) return;
    const { count, levels } = this.of(address);
    if (count + by <= 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, { count: count + by, levels: levels + by * levelsOf(filter) });
  }
}
