/** How the device itself fares: what it reports of its signal, memory and restarts, and how the hub knows it. */
import { useEffect } from 'preact/hooks';
import type { Device, DeviceConnection, Latest } from '../../../../hub/contract/device.ts';
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
import { now } from '../../state/now.ts';
import { DeviceRefusals } from './device-refusals.tsx';
import { HistoryCard } from './history-card.tsx';
import { sessionSinceMs } from './session-since.ts';

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
  const connection = useConnection(device);
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
          <Time atMs={sessionSinceMs(device, connection)} />
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
        {connection !== undefined && <Connection connection={connection} />}
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

/** Asked for again when it comes or goes, and now and then: one that is back at once does not look as if it had been away. */
function useConnection({ id, connected, sinceMs }: Device): DeviceConnection | undefined {
  const resource = useResource(id, (signal) => call('GET /api/v1/devices/:id/connection', { params: { id }, signal }));
  const turn = Math.floor(now.value / CONNECTION_EVERY_MS);
  useEffect(() => {
    if (resource.state.peek().kind !== 'loading') void resource.reload();
  }, [connected, sinceMs, turn]);
  const state = resource.state.value;
  return state.kind === 'ready' ? state.value : undefined;
}
const CONNECTION_EVERY_MS = 5000;

function Connection({ connection }: { connection: DeviceConnection }) {
  const { reconnects, lastDisconnect, will } = connection;
  const { day, sinceStart } = reconnects;
  return (
    <>
      <dt>{t('device.reconnects')}</dt>
      <dd>{t('device.reconnectsOf', { day, sinceStart })}</dd>
      {lastDisconnect !== null && (
        <>
          <dt>{t('device.lastDisconnect')}</dt>
          <dd class="aliases">
            {t(`device.departure.${lastDisconnect.reason}`)}{' '}
            <small class="muted">
              <Time atMs={lastDisconnect.atMs} />
            </small>
          </dd>
        </>
      )}
      {will !== undefined && (
        <>
          <dt>{t('device.will')}</dt>
          <dd class="aliases">{will === null ? t('device.willNone') : <Will will={will} />}</dd>
        </>
      )}
    </>
  );
}

function Will({ will }: { will: NonNullable<DeviceConnection['will']> }) {
  const { topic, bytes, qos, retain } = will;
  return (
    <>
      <span class="mono">{topic}</span>
      <br />
      {t('device.messageBytes', { count: bytes })} · QoS {qos}
      {retain && ` · ${t('device.willRetained')}`}
    </>
  );
}
