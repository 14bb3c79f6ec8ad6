/** When the weekly schedule changes the mode next; also while the schedule is being edited. */
import type { Mode } from '../../../../hub/contract/mode.ts';
import { formatWeekday } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Icon } from '../../parts/icon.tsx';
import { now } from '../../state/now.ts';
import { nextEdges, weekMinute } from './week-edges.ts';

const EDGES_SHOWN = 3;

export function NextChanges({ windows, timeZone }: { windows: Mode['schedule']['windows']; timeZone: string }) {
  // the minute, not the second: nothing here changes more often
  const minuteMs = Math.floor(now.value / 60_000) * 60_000;
  const edges = nextEdges(windows, weekMinute(minuteMs, timeZone), EDGES_SHOWN);
  return (
    <>
      <p class="note">
        <Icon name="calendar-clock" />
        {t('mode.next', { zone: timeZone })}
      </p>
      <ul class="next num">
        {edges.map(({ day, time, mode: to }) => (
          <li key={`${day} ${time}`}>
            {formatWeekday(day, 'long')} {time} <b class={to === 'surveillance' ? 'warn' : ''}>{t(`mode.${to}`)}</b>
          </li>
        ))}
      </ul>
    </>
  );
}
