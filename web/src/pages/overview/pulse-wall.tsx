/** The pulses of the fleet side by side: a gap that several devices share is the network's, not theirs. */
import { formatPercent } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Icon } from '../../parts/icon.tsx';
import { Pulse } from '../../parts/pulse.tsx';
import { readPulse } from '../../parts/pulse-marks.ts';
import { Status } from '../../parts/status.tsx';
import { href } from '../../router.ts';
import { fleet } from '../../state/devices.ts';

const PULSES_MAX = 12;
/** As many as the card holds at two rows of the grid. */
const PULSES_LOW = 8;

export function PulseWall() {
  const ids = fleet.ids.value.slice(0, PULSES_MAX);
  return (
    <section class={`card w12 ${ids.length > PULSES_LOW ? 'h3' : 'h2'}`}>
      <header>
        <span class="ic" style={{ '--c': 'var(--ok)' }}>
          <Icon name="activity" />
        </span>
        <h2>{t('overview.pulse')}</h2>
        <span class="end hide-s">{t('overview.pulseMark')}</span>
      </header>
      <ul class="pulses">
        {ids.map((id) => (
          <PulseRow key={id} id={id} />
        ))}
      </ul>
    </section>
  );
}

function PulseRow({ id }: { id: string }) {
  const device = fleet.device(id).value;
  if (device === undefined) return null;
  return (
    <li class="pulse">
      <span class="row">
        <Status status={device.status} isBare />
        <a class="cut" href={href('/devices/:id', { id })}>
          {device.name}
        </a>
      </span>
      <Pulse marks={device.pulse} />
      <span class="pc num">{pulseShare(device.status === 'asleep', device.pulse)}</span>
    </li>
  );
}

function pulseShare(isAsleep: boolean, marks: string): string {
  if (isAsleep) return t('overview.pulseAsleep');
  const { heard } = readPulse(marks);
  return heard === null ? '–' : formatPercent(heard);
}
