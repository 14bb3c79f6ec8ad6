/** The states as filters, each with its count. */
import { t } from '../../i18n/language.ts';
import { DEVICE_STATES } from '../../parts/device-states.ts';
import { Status } from '../../parts/status.tsx';
import { fleet } from '../../state/devices.ts';
import type { FleetView } from './fleet-list.ts';

interface StatusChipsProps {
  chosen: FleetView['status'];
  onChoose: (status: FleetView['status']) => void;
}

export function StatusChips({ chosen, onChoose }: StatusChipsProps) {
  const counts = fleet.counts.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a row of toggles, not a form's fieldset
    <div class="chips" role="group" aria-label={t('devices.statusFilter')}>
      <button type="button" class="chip num" aria-pressed={chosen === null} onClick={() => onChoose(null)}>
        {t('devices.all')} <b>{fleet.ids.value.length}</b>
      </button>
      {DEVICE_STATES.filter((status) => counts[status] > 0 || status === chosen).map((status) => (
        <button
          key={status}
          type="button"
          class="chip num"
          aria-pressed={chosen === status}
          onClick={() => onChoose(chosen === status ? null : status)}
        >
          <Status status={status} /> <b>{counts[status]}</b>
        </button>
      ))}
    </div>
  );
}
