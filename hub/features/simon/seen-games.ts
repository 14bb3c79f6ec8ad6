/** Which games with an event id are stored, so that one sent again, however much later, is not stored twice. */

/** About 40 MB; beyond it the game known for longest is forgotten, and believed when it is sent again. */
export const GAMES_SEEN_MAX = 1_000_000;

/** Hexadecimal digits of an id that fit into a number. Of a million games, one in 10^9 new ones looks like one of them. */
const DIGITS = 13;

export class SeenGames {
  readonly #max: number;
  /** In the order of arrival; numbers, because as text they would take twice the room. */
  readonly #games = new Set<number>();

  constructor(max = GAMES_SEEN_MAX) {
    this.#max = max;
  }

  /** `gameId` begins with a hash in hexadecimal digits. */
  has(gameId: string): boolean {
    return this.#games.has(numberOf(gameId));
  }

  add(gameId: string): void {
    this.#games.add(numberOf(gameId));
    const [oldest] = this.#games;
    if (this.#games.size > this.#max && oldest !== undefined) this.#games.delete(oldest);
  }

  delete(gameId: string): void {
    this.#games.delete(numberOf(gameId));
  }
}

const numberOf = (gameId: string): number => Number.parseInt(gameId.slice(0, DIGITS), 16);
