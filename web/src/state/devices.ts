/** The devices and the waiting room of the hub we look at: first from REST, then kept by $live/devices. */
import { signal } from '@preact/signals';
import type { Device } from '../../../hub/contract/device.ts';
import { PAGE_LIMIT_MAX } from '../../../hub/contract/limits.ts';
import type { LiveDevices } from '../../../hub/contract/live.ts';
import { LIVE_DEVICES } from '../../../hub/contract/topics.ts';
import { call } from '../api.ts';
import { ApiProblem } from '../http.ts';
import { onLive } from '../live/subscribe.ts';
import { makeFleet } from './fleet.ts';
import type { Loading } from './loading.ts';
import { setWaiting } from './waiting.ts';

/** More devices than this are not shown; the list says so. */
export const DEVICES_SHOWN_MAX = 2000;

/** `fleet.ids`, `fleet.device(id)`, `fleet.counts`: read `.value` in a component and it follows. */
export const fleet = makeFleet();
export const devicesLoading = signal<Loading>({ kind: 'loading' });

let stopListening: (() => void) | undefined;

/** The shell holds the fleet for as long as somebody is signed in. */
export function startDevices(): void {
  if (stopListening !== undefined) return;
  stopListening = onLive<LiveDevices>(LIVE_DEVICES, (message) => {
    fleet.apply(message);
    if (message.waiting !== undefined) setWaiting(message.waiting);
    if (message.snapshot) devicesLoading.value = { kind: 'ready' };
  });
  void loadDevices();
}

export function stopDevices(): void {
  stopListening?.();
  stopListening = undefined;
  fleet.clear();
  setWaiting([]);
  devicesLoading.value = { kind: 'loading' };
}

/** Retry: asks REST again. A live snapshot that arrives meanwhile is newer and wins. */
export async function loadDevices(): Promise<void> {
  if (devicesLoading.peek().kind === 'failed') devicesLoading.value = { kind: 'loading' };
  try {
    const [devices, waiting] = await Promise.all([allDevices(), call('GET /api/v1/devices/waiting')]);
    if (devicesLoading.peek().kind === 'ready') return;
    fleet.replace(devices);
    setWaiting(waiting.items);
    devicesLoading.value = { kind: 'ready' };
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (devicesLoading.peek().kind !== 'ready') devicesLoading.value = { kind: 'failed', problem: error };
  }
}

async function allDevices(): Promise<Device[]> {
  const devices: Device[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? { limit: PAGE_LIMIT_MAX } : { limit: PAGE_LIMIT_MAX, cursor };
    const page = await call('GET /api/v1/devices', { query });
    devices.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && devices.length < DEVICES_SHOWN_MAX);
  return devices;
}
