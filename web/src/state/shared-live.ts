/** A live topic of each device, for any number of tiles: one subscription for all of them, and none while nobody looks. */
import { type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { onLive } from '../live/subscribe.ts';
import { coalesce } from './coalesce.ts';

/** What is shown beside others need not be quicker than an eye that wanders between them. */
const SHOWN_EVERY_MS = 250;

interface Shared<State> {
  readonly state: Signal<State>;
  users: number;
  stop: (() => void) | undefined;
}

export interface SharedLive<State> {
  /** Follows the topic of this id while the component is shown; null follows nothing. */
  use(id: string | null): ReadonlySignal<State>;
  /** What is known otherwise than by the topic; forgotten with the last component that shows it. */
  change(id: string, make: (state: State) => State): void;
}

export function shareLive<Message, State>(
  topicOf: (id: string) => string,
  empty: State,
  fold: (state: State, message: Message) => State,
): SharedLive<State> {
  /** One for each id that was ever shown; without users it is empty. */
  const held = new Map<string, Shared<State>>();
  const nothing = signal(empty);

  function start(id: string, shared: Shared<State>): void {
    const live = coalesce<Message>(SHOWN_EVERY_MS, (messages) => {
      shared.state.value = messages.reduce(fold, shared.state.peek());
    });
    const stopLive = onLive<Message>(topicOf(id), live.push);
    shared.stop = () => {
      stopLive();
      live.stop();
      shared.stop = undefined;
    };
  }

  function sharedOf(id: string): Shared<State> {
    const known = held.get(id);
    if (known !== undefined) return known;
    const fresh: Shared<State> = { state: signal(empty), users: 0, stop: undefined };
    held.set(id, fresh);
    return fresh;
  }

  function hold(id: string): () => void {
    const shared = sharedOf(id);
    shared.users += 1;
    if (shared.users === 1 && !document.hidden) start(id, shared);
    return () => {
      shared.users -= 1;
      if (shared.users > 0) return;
      shared.stop?.();
      shared.state.value = empty;
    };
  }

  if (typeof document !== 'undefined') {
    document.addEventListener('visibilitychange', () => {
      for (const [id, shared] of held) {
        if (document.hidden) shared.stop?.();
        else if (shared.users > 0 && shared.stop === undefined) start(id, shared);
      }
    });
  }

  return {
    use(id) {
      const state = useMemo(() => (id === null ? nothing : sharedOf(id).state), [id]);
      useEffect(() => (id === null ? undefined : hold(id)), [id]);
      return state;
    },
    change(id, make) {
      const shared = held.get(id);
      if (shared !== undefined && shared.users > 0) shared.state.value = make(shared.state.peek());
    },
  };
}
