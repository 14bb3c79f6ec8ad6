/** The fleet as one bar by state, with its legend: shape, number and word. */

import { t } from '../i18n/language.ts';
import { href } from '../router.ts';
import { DEVICE_STATES, type StateCounts } from './device-states.ts';
import { statusShape } from './status.tsx';

export function FleetBar({ counts }: { counts: StateCounts }) {
  const present = DEVICE_STATES.filter((status) => counts[status] > 0);
  // a fleet without offline devices still says so: the legend keeps its place while states come and go
  const legend = DEVICE_STATES.filter((status) => status !== 'never' || counts.never > 0);
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
