/** One line on top of the overview while something stands that nobody has seen. */
import { t } from '../i18n/language.ts';
import { alertSentence } from '../parts/alerts/alert-words.ts';
import { Icon } from '../parts/icon.tsx';
import { fleet } from '../state/devices.ts';
import { isHandled } from '../state/event-list.ts';
import { standing } from '../state/events.ts';

export function AlertStrip() {
  const open = standing.value.filter((alert) => !isHandled(alert));
  const [first] = open;
  if (first === undefined) return null;
  return (
    <a class={`card notice strip ${first.severity}`} href="/events">
      <Icon name="siren" />
      <span class="cut">
        <b>{t('alerts.open', { count: open.length })}</b> {fleet.name(first.deviceId)} · {alertSentence(first)}
      </span>
      <Icon name="chevron-right" class="end" />
    </a>
  );
}
