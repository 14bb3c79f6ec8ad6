/** How many are in a room, in all and from each address. */

export interface RoomLimits {
  readonly max: number;
  readonly perAddressMax: number;
}

export class Headcount {
  readonly #limits: RoomLimits;
  readonly #byAddress = new Map<string, number>();
  #total = 0;

  constructor(limits: RoomLimits) {
    this.#limits = limits;
  }

  isFullFor(address: string): boolean {
    return this.#total >= this.#limits.max || this.countOf(address) >= this.#limits.perAddressMax;
  }

  countOf(address: string): number {
    return this.#byAddress.get(address) ?? 0;
  }

  get total(): number {
    return this.#total;
  }

  enter(address: string): void {
    this.#total++;
    this.#byAddress.set(address, this.countOf(address) + 1);
  }

  leave(address: string): void {
    this.#total--;
    const left = this.countOf(address) - 1;
    if (left > 0) this.#byAddress.set(address, left);
    else this.#byAddress.delete(address);
  }
}
