/** For tests: nothing has happened. */
import type { Mode } from '../../contract/mode.ts';
import type { EventViews } from './events-source.ts';

export const ACTIVE: Mode = {
  ...{ mode: 'active', sinceMs: null, by: null, bySchedule: false, armed: false, armsAtMs: null },
  ...{ entryEndsMs: null, entryDeviceId: null, exitDelayS: 0, entryDelayS: 0, watched: [] },
  ...{ schedule: { enabled: false, windows: [] }, nextChangeMs: null, timeZone: 'UTC' },
};

export const NO_EVENTS: EventViews = { recent: () => [], alerts: () => [], mode: () => ACTIVE };
