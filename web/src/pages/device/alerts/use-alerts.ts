/** The alerts of a device that stand, as they come and go, and the rules that raise them. */
import type { Alert, AlertRule } from '../../../../../hub/contract/alert.ts';
import type { Device } from '../../../../../hub/contract/device.ts';
import type { LiveEvents } from '../../../../../hub/contract/live.ts';
import { LIVE_EVENTS } from '../../../../../hub/contract/topics.ts';
import { call } from '../../../api.ts';
import { useLive } from '../../../live/subscribe.ts';
import { currentUser, may } from '../../../session.ts';
import { type Resource, useResource } from '../../../state/loading.ts';

export interface Alerts {
  readonly standing: Resource<readonly Alert[]>;
  readonly rules: Resource<readonly AlertRule[]>;
  put(alert: Alert): void;
}

const ALERTS_MAX = 100;

export function useAlerts({ id }: Device): Alerts {
  const standing = useResource<readonly Alert[]>(id, async (signal) => {
    if (!may('events.read')) return [];
    const query = { device: id, limit: ALERTS_MAX };
    return (await call('GET /api/v1/alerts', { query, signal })).items;
  });
  const rules = useResource<readonly AlertRule[]>(id, async (signal) => {
    if (!may('events.read')) return [];
    return (await call('GET /api/v1/alert-rules', { query: { device: id }, signal })).items;
  });
  const take = (changed: readonly Alert[]): void => {
    const known = standing.state.peek();
    if (known.kind !== 'ready') return;
    const all = new Map([...known.value, ...changed].map((alert) => [alert.id, alert]));
    const open = [...all.values()].filter(({ state }) => state !== 'cleared');
    standing.set(open.sort((a, b) => b.raisedMs - a.raisedMs));
  };
  useLive<LiveEvents>(may('events.read') ? LIVE_EVENTS : null, ({ snapshot, alerts }) => {
    // a snapshot has the newest alerts of all devices, not all of this one
    if (snapshot && standing.state.peek().kind === 'ready') void standing.reload();
    const mine = alerts.filter(({ deviceId }) => deviceId === id);
    if (!snapshot && mine.length > 0) take(mine);
  });
  return { standing, rules, put: (alert) => take([alert]) };
}

/** Acknowledge, and make rules for this device. */
export function mayWatch({ owner }: Pick<Device, 'owner'>): boolean {
  if (may('alerts.manage')) return true;
  return may('alerts.manage.own') && owner !== null && owner === currentUser.value?.username;
}
