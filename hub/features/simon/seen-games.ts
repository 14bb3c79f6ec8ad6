/** Which games with an event id each device sent lately, so that one sent again is stored once. */

/** Per device; one that sends an older game again is believed to have played it twice. */
export const GAMES_SEEN_MAX = 128;
/** Devices remembered; the one that was silent for the longest is forgotten first. */
const DEVICES_SEEN_MAX = 2000;

export class SeenGames {
  readonly #byDevice = new Map<string, Set<string>>();

  has(deviceId: string, gameId: string): boolean {
    return this.#byDevice.get(deviceId)?.has(gameId) ?? false;
  }

  add(deviceId: string, gameId: string): void {
    const games = this.#byDevice.get(deviceId) ?? new Set<string>();
    // Re-inserted, so that the device heard of last comes last.
    this.#byDevice.delete(deviceId);
    this.#byDevice.set(deviceId, games.add(gameId));
    dropOldest(games, GAMES_SEEN_MAX);
    dropOldest(this.#byDevice, DEVICES_SEEN_MAX);
  }

  delete(deviceId: string, gameId: string): void {
    this.#byDevice.get(deviceId)?.delete(gameId);
  }
}

/** Sets and maps keep the order of insertion. */
function dropOldest(kept: Set<string> | Map<string, unknown>, max: number): void {
  const [oldest] = kept.keys();
  if (kept.size > max && oldest !== undefined) kept.delete(oldest);
}
