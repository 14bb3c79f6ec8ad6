/** What needs somebody: who fights over a client id, who does not read; each with the cure. */
import type { ClientIdFight, HealthAlert, SlowClientAlert } from '../../../../hub/contract/live.ts';
import { formatBytes, formatClock } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';
import { Icon } from '../../parts/icon.tsx';

export function AlertsCard({ alerts }: { alerts: readonly HealthAlert[] }) {
  return (
    <Card class="alerts-card" icon="triangle-alert" title={t('health.alerts')}>
      {/* the list is said when it changes, not every second: its text has no ticking times */}
      <div role="status" aria-live="polite">
        {alerts.length === 0 ? (
          <p class="all-well">
            <Icon name="shield-check" />
            {t('health.noAlerts')}
          </p>
        ) : (
          <ul class="rows alerts">
            {alerts.map((alert) => (
              <li key={`${alert.kind} ${alert.clientId}`}>
                <span class="ic bad">
                  <Icon name={alert.kind === 'client-id-fight' ? 'users' : 'clock'} />
                </span>
                {alert.kind === 'client-id-fight' ? <Fight fight={alert} /> : <Slow client={alert} />}
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  );
}

function Fight({ fight: { clientId, addresses, takeOvers, sinceMs } }: { fight: ClientIdFight }) {
  const [only = ''] = addresses;
  const facts = { count: takeOvers, time: formatClock(sinceMs) };
  return (
    <div class="nm">
      {t('health.fight', { id: clientId })}
      <small>
        {addresses.length === 1
          ? t('health.fightOneAddress', { address: only, ...facts })
          : t('health.fightAddresses', { addresses: addresses.join(', '), ...facts })}
      </small>
      <small class="cure">{t('health.fightCure')}</small>
    </div>
  );
}

function Slow({ client: { clientId, waitingBytes, sinceMs, goneMs } }: { client: SlowClientAlert }) {
  const size = formatBytes(waitingBytes);
  return (
    <div class="nm">
      {t(goneMs === null ? 'health.slowAlert' : 'health.slowGoneAlert', { id: clientId })}
      <small>
        {goneMs === null
          ? t('health.slowWaiting', { size, time: formatClock(sinceMs) })
          : t('health.slowGone', { size, time: formatClock(goneMs) })}
      </small>
      <small class="cure">{t('health.slowCure')}</small>
    </div>
  );
}
