/** The three ways data can be there or not, for every piece of shared state and every page's own fetch. */
import { type Signal, signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { ApiProblem, UNREACHABLE_CODE } from '../http.ts';

export type Loading = { kind: 'loading' } | { kind: 'ready' } | { kind: 'failed'; problem: ApiProblem };
export type Loaded<T> = { kind: 'loading' } | { kind: 'ready'; value: T } | { kind: 'failed'; problem: ApiProblem };

export interface Resource<T> {
  readonly state: Signal<Loaded<T>>;
  /** Fetches again; what is shown stays until the answer is there. */
  reload(): Promise<void>;
  /** Replaces the value, for instance after the hub answered a change. */
  set(value: T): void;
}

export function makeResource<T>(fetchIt: (signal: AbortSignal) => Promise<T>): Resource<T> & { stop(): void } {
  const state: Signal<Loaded<T>> = signal<Loaded<T>>({ kind: 'loading' });
  let running = new AbortController();
  return {
    state,
    async reload() {
      running.abort();
      const mine = new AbortController();
      running = mine;
      // peeked, or an effect that reloads would follow its own answer for ever
      if (state.peek().kind === 'failed') state.value = { kind: 'loading' };
      try {
        const value = await fetchIt(mine.signal);
        if (!mine.signal.aborted) state.value = { kind: 'ready', value };
      } catch (error) {
        if (mine.signal.aborted) return;
        if (!(error instanceof ApiProblem)) throw error;
        // While the hub is away the last values keep their place; the bar at the top says of when they are.
        if (error.code === UNREACHABLE_CODE && state.peek().kind === 'ready') return;
        state.value = { kind: 'failed', problem: error };
      }
    },
    set(value) {
      state.value = { kind: 'ready', value };
    },
    stop: () => running.abort(),
  };
}

/** A page's own data: fetched when shown and again whenever `key` changes. */
export function useResource<T>(key: string, fetchIt: (signal: AbortSignal) => Promise<T>): Resource<T> {
  // The key says when the fetch means something else.
  const resource = useMemo(() => makeResource(fetchIt), [key]);
  useEffect(() => {
    void resource.reload();
    return resource.stop;
  }, [resource]);
  return resource;
}
