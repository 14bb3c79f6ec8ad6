/** Alerts that are not over: what, where, since when, how often, who has seen it, and what will end it. */
import type { Alert, AlertRule } from '../../../../hub/contract/alert.ts';
import { formatClock, formatMoment } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { href } from '../../router.ts';
import { fleet } from '../../state/devices.ts';
import { eventsLoading, loadEvents, standing, standingCount } from '../../state/events.ts';
import { now } from '../../state/now.ts';
import { Card } from '../card.tsx';
import { Icon } from '../icon.tsx';
import { Skeleton, WhenReady } from '../states.tsx';
import { Time } from '../time.tsx';
import { AlertActions } from './alert-actions.tsx';
import { alertSentence, clearsWhen, SEVERITY_ICONS } from './alert-words.ts';
import { nameOf } from './rule-draft.ts';
import { knownRules, useRules } from './rules-state.ts';

/** `deviceId`: only those of one device. */
export function StandingAlerts({ deviceId }: { deviceId?: string }) {
  useRules();
  const all = standing.value;
  const shown = deviceId === undefined ? all : all.filter((alert) => alert.deviceId === deviceId);
  const more = deviceId === undefined ? standingCount.value - all.length : 0;
  const isAllWell = eventsLoading.value.kind === 'ready' && shown.length === 0;
  return (
    <Card icon="siren" title={t('alerts.standing')} class={shown.length > 0 ? 'standing' : ''}>
      <WhenReady
        loading={eventsLoading.value}
        onRetry={() => void loadEvents()}
        skeleton={<Skeleton rows={1} height={58} />}
      >
        {isAllWell ? (
          <p class="all-well">
            <Icon name="shield-check" />
            {t('alerts.none')}
          </p>
        ) : (
          <ul class="rows alerts">
            {shown.map((alert) => (
              <AlertRow key={alert.id} alert={alert} showsDevice={deviceId === undefined} />
            ))}
          </ul>
        )}
        {more > 0 && <p class="note">{t('alerts.more', { count: more })}</p>}
      </WhenReady>
    </Card>
  );
}

function AlertRow({ alert, showsDevice }: { alert: Alert; showsDevice: boolean }) {
  const { severity, deviceId, state, ackedBy, note, snoozedUntilMs } = alert;
  const rule = knownRules.value.find(({ id }) => id === alert.ruleId);
  const isQuiet = state === 'acknowledged' || snoozedUntilMs !== null;
  return (
    <li class={isQuiet ? 'handled' : undefined}>
      <span class={`ic ${isQuiet ? '' : severity}`}>
        <Icon name={SEVERITY_ICONS[severity]} />
        <span class="vh">{t(`severity.${severity}`)}</span>
      </span>
      <div class="nm">
        {showsDevice && (
          <>
            <a class="more" href={href('/devices/:id', { id: deviceId })}>
              {fleet.name(deviceId)}
            </a>
            {' · '}
          </>
        )}
        {alertSentence(alert)}
        <AlertFacts alert={alert} rule={rule} />
        {state === 'acknowledged' && (
          <small>
            <Icon name="check" /> {t('alert.ackedBy', { name: ackedBy ?? '' })}
            {note !== null && ` “${note}”`}
          </small>
        )}
        {state !== 'acknowledged' && note !== null && <small>“{note}”</small>}
        {snoozedUntilMs !== null && (
          <small>
            <Icon name="bell-off" /> {t('alert.snoozed', { time: formatMoment(snoozedUntilMs, now.value) })}
          </small>
        )}
      </div>
      <AlertActions alert={alert} />
    </li>
  );
}

function AlertFacts({ alert, rule }: { alert: Alert; rule: AlertRule | undefined }) {
  const { raisedMs, count } = alert;
  // its name where a person has given it one
  const name = rule === undefined ? null : nameOf(rule);
  return (
    <small class="num">
      {name !== null && <>{name} · </>}
      <span data-tip={formatClock(raisedMs)}>
        <Time atMs={raisedMs} />
      </span>
      {count > 1 && <> · {t('alert.times', { count })}</>} · {clearsWhen(alert, rule)}
    </small>
  );
}
