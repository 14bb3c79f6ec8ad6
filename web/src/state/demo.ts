/** The demonstration Simon: what the hub says about it, and the four things people do with it. */
import { signal } from '@preact/signals';
import type { DemoState } from '../../../hub/contract/hub-info.ts';
import { call } from '../api.ts';

export const demo = signal<DemoState | null>(null);

export async function loadDemo(): Promise<void> {
  demo.value = await call('GET /api/v1/demo');
}

export async function startDemo(): Promise<void> {
  demo.value = await call('POST /api/v1/demo');
}

export async function stopDemo(): Promise<void> {
  demo.value = await call('DELETE /api/v1/demo');
}

/** Stops it as well: data of a demonstration that goes on would come back at once. */
export async function removeDemoData(): Promise<void> {
  if (demo.value?.running) await stopDemo();
  demo.value = await call('DELETE /api/v1/demo/data');
}
