/** How the device itself fares: what it reports of its signal, memory and restarts, and how the hub knows it. */
import type { Device, Latest } from '../../../../hub/contract/device.ts';
import { ownTopic } from '../../../../hub/contract/topics.ts';
import { call } from '../../api.ts';
import { formatDuration, formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';
import { formatMetric, isDiagnostic, metricLabel } from '../../parts/metric.ts';
import { Empty } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { may } from '../../session.ts';
import { useResource } from '../../state/loading.ts';
import { DeviceRefusals } from './device-refusals.tsx';
import { HistoryCard } from './history-card.tsx';

export function DiagnosticsTab({ device, latest }: { device: Device; latest: Latest['metrics'] }) {
  const own = Object.fromEntries(Object.entries(latest).filter(([name]) => isDiagnostic(name)));
  return (
    <div class="cols">
      <div class="stack">
        <HistoryCard device={device} latest={own} />
        <Card icon="stethoscope" title={t('device.health')}>
          {Object.keys(own).length === 0 ? (
            <Empty icon="stethoscope" title={t('device.healthEmpty')} text={t('device.healthEmptyText')} />
          ) : (
            <dl class="kv num">
              {Object.entries(own).map(([name, { value, atMs }]) => (
                <div class="kv-row" key={name}>
                  <dt>{metricLabel(name)}</dt>
                  <dd>
                    {formatMetric(name, value)}{' '}
                    <small class="muted">
                      <Time atMs={atMs} />
                    </small>
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </Card>
      </div>
      <div class="stack">
        <Session device={device} />
        <Card icon="ban" title={t('device.refusals')}>
          {may('refusals.read') ? <DeviceRefusals device={device} /> : <p class="note">{t('device.refusalsDenied')}</p>}
        </Card>
      </div>
    </div>
  );
}

function Session({ device }: { device: Device }) {
  const { id, clientId, address, connected, expectedIntervalMs } = device;
  const heard = useResource(`${id} ${connected}`, async (signal) => {
    const detail = await call('GET /api/v1/topics/detail', { query: { topic: ownTopic(id, 'cmd') }, signal });
    return detail.subscribers
      .filter(({ deviceId }) => deviceId === id)
      .map(({ filter, qos }) => `${filter} · QoS ${qos}`);
  });
  const state = heard.state.value;
  // a topic nobody listens to is not known at all
  const filters = state.kind === 'ready' ? state.value : [];
  return (
    <Card icon="plug" title={t('device.session')}>
      <dl class="kv num">
        <dt>{t('device.sessionState')}</dt>
        <dd>{t(connected ? 'device.sessionOpen' : 'device.sessionClosed')}</dd>
        <dt>{t('device.sessionSince')}</dt>
        <dd>
          <Time atMs={device.sinceMs} />
        </dd>
        {clientId !== null && (
          <>
            <dt>{t('device.clientId')}</dt>
            <dd class="mono">{clientId}</dd>
          </>
        )}
        {address !== null && (
          <>
            <dt>{t('device.address')}</dt>
            <dd class="mono">{address}</dd>
          </>
        )}
        {expectedIntervalMs !== null && (
          <>
            <dt>{t('device.rhythm')}</dt>
            <dd>{formatDuration(expectedIntervalMs)}</dd>
          </>
        )}
        <dt>{t('device.factMessages')}</dt>
        <dd data-tip={t('device.sinceStart')}>{formatNumber(device.messages)}</dd>
        {filters.length > 0 && (
          <>
            <dt>{t('device.listens')}</dt>
            <dd class="mono aliases">{filters.join('\n')}</dd>
          </>
        )}
      </dl>
    </Card>
  );
}
