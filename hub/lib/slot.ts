/** A typed hook handed over in wire.ts: "when X happened, do Y". A short list, called in the order it was filled. */

/** Adds a listener; only wire.ts does this. */
export type Slot<Args extends unknown[]> = (listener: (...args: Args) => void) => void;

export interface SlotSource<Args extends unknown[]> {
  readonly slot: Slot<Args>;
  /** Calls every listener; one that fails is reported and never stops the others or the caller. */
  fire(...args: Args): void;
}

/** Makes a slot. `onError` gets what a listener threw; it logs with the feature's name. */
export function makeSlot<Args extends unknown[]>(onError: (error: unknown) => void): SlotSource<Args> {
  const listeners: ((...args: Args) => void)[] = [];
  return {
    slot: (listener) => {
      listeners.push(listener);
    },
    fire(...args) {
      for (const listener of listeners) {
        try {
          listener(...args);
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
