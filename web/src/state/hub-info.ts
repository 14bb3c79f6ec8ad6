/** The hub about itself: addresses and ports, fetched once and shared. */
import { call } from '../api.ts';
import { makeResource } from './loading.ts';
import { hostsOf } from './reach.ts';

/** When the hub does not say otherwise. */
const MQTT_PORT = 1883;

export const hubInfo = makeResource((signal) => call('GET /api/v1/hub', { signal }));

/** For pages that show it: asks when nobody has yet, or when it failed before. */
export function wantHubInfo(): void {
  if (hubInfo.state.peek().kind !== 'ready') void hubInfo.reload();
}

/** Where devices connect: the best guess until the hub has said it. */
export function mqttAddress(): { host: string; port: number } {
  const state = hubInfo.state.value;
  if (state.kind !== 'ready') return { host: location.hostname, port: MQTT_PORT };
  const [host = location.hostname] = hostsOf(state.value, location.hostname);
  return { host, port: state.value.mqttPort ?? MQTT_PORT };
}
