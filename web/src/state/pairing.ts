/** One device's pairing, live: the present state from REST, then every step from $live/pairing/<id>. */
import { type ReadonlySignal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { LivePairing } from '../../../hub/contract/live.ts';
import type { Pairing } from '../../../hub/contract/pairing.ts';
import { livePairing } from '../../../hub/contract/topics.ts';
import { call } from '../api.ts';
import { ApiProblem } from '../http.ts';
import { useLive } from '../live/subscribe.ts';

export interface LiveState {
  pairing: ReadonlySignal<Pairing | null>;
  /** After an answer of the hub to a change made here. */
  set(pairing: Pairing | null): void;
}

export function usePairing(deviceId: string | null): LiveState {
  const pairing = useSignal<Pairing | null>(null);
  useLive<LivePairing>(deviceId === null ? null : livePairing(deviceId), (message) => {
    pairing.value = message;
  });
  useEffect(() => {
    pairing.value = null;
    if (deviceId === null) return undefined;
    const leaving = new AbortController();
    void askOnce(deviceId, leaving.signal).then((answer) => {
      // whatever came live meanwhile is newer
      if (answer !== null && !leaving.signal.aborted) pairing.value ??= answer;
    });
    return () => leaving.abort();
  }, [deviceId, pairing]);
  return {
    pairing,
    set(next) {
      pairing.value = next;
    },
  };
}

async function askOnce(id: string, signal: AbortSignal): Promise<Pairing | null> {
  try {
    return await call('GET /api/v1/devices/:id/pairing', { params: { id }, signal });
  } catch (error) {
    // a device that is still unknown has no pairing yet; the live steps tell when it has
    if (error instanceof ApiProblem || signal.aborted) return null;
    throw error;
  }
}
