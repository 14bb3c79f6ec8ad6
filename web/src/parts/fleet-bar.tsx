/** The fleet as one bar by state, with its legend: shape, number and word. */
import type { DeviceStatus } from '../../../hub/contract/device.ts';
import { t } from '../i18n/language.ts';
import { href } from '../router.ts';
import { DEVICE_STATES, type StateCounts } from './device-states.ts';
import { statusShape } from './status.tsx';

const ALWAYS: ReadonlySet<string> = new Set<DeviceStatus>(['online', 'offline']);

export function FleetBar({ counts }: { counts: StateCounts }) {
  const present = DEVICE_STATES.filter((status) => counts[status] > 0);
  // that nobody is offline is worth saying; states nobody is in are not
  const legend = DEVICE_STATES.filter((status) => ALWAYS.has(status) || counts[status] > 0);
  const label = t('bar.label', {
    states: present.map((status) => `${counts[status]} ${t(`status.${status}`)}`).join(', '),
  });
  return (
    <div class="fleet">
      <div class="bar" role="img" aria-label={label}>
        {present.map((status) => (
          <i key={status} class={statusShape(status)} style={{ flexGrow: counts[status] }} />
        ))}
      </div>
      <div class="legend">
        {legend.map((status) => (
          <a key={status} class={`st ${statusShape(status)} num`} href={href('/devices', {}, { status })}>
            {counts[status]} {t(`status.${status}`)}
          </a>
        ))}
      </div>
    </div>
  );
}
