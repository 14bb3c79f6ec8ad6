/** One device: found by any of its names, then kept live. */
import { useEffect } from 'preact/hooks';
import type { Device } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { AlertRules } from '../../parts/alerts/alert-rules.tsx';
import { StandingAlerts } from '../../parts/alerts/standing-alerts.tsx';
import { LinkButton } from '../../parts/button.tsx';
import { PageHead, Tabs } from '../../parts/card.tsx';
import { Empty, ErrorBox, Skeleton, Whenever } from '../../parts/states.tsx';
import { href, navigate } from '../../router.ts';
import type { PageProps } from '../../routes.ts';
import { may } from '../../session.ts';
import { fleet } from '../../state/devices.ts';
import { standing } from '../../state/events.ts';
import { useResource } from '../../state/loading.ts';
import { useTitle } from '../../title.ts';
import { AccessTab } from './access-tab.tsx';
import { ControlsTab } from './controls/controls-tab.tsx';
import { DeviceHead } from './device-head.tsx';
import { DiagnosticsTab } from './diagnostics-tab.tsx';
import { LiveTab } from './live-tab.tsx';
import { useLatest } from './live-values.ts';
import { MessagesTab } from './messages-tab.tsx';

export function DevicePage({ params }: PageProps) {
  const id = params['id'] ?? '';
  return <DeviceById key={id} id={id} tab={TABS.find((tab) => tab === params['tab']) ?? 'live'} />;
}

const TABS = ['live', 'controls', 'alerts', 'messages', 'diagnostics', 'access'] as const;
type TabName = (typeof TABS)[number];

interface DeviceByIdProps {
  id: string;
  tab: TabName;
}

function DeviceById({ id, tab }: DeviceByIdProps) {
  // the address may hold an alias, such as a MAC with colons: the hub says which device that is
  const asked = useResource(id, (signal) => call('GET /api/v1/devices/:id', { params: { id }, signal }));
  const state = asked.state.value;
  const known = state.kind === 'ready' ? state.value : undefined;
  const device = fleet.device(known?.id ?? id).value ?? known;
  useEffect(() => {
    if (known !== undefined && known.id !== id) {
      const address = href('/devices/:id/:tab?', { id: known.id, tab: tab === 'live' ? undefined : tab });
      navigate(address + location.search, { replace: true });
    }
  }, [known, id, tab]);
  if (device !== undefined) return <Content device={device} tab={tab} />;
  if (state.kind === 'loading') return <Skeleton rows={4} height={120} />;
  if (state.kind === 'failed' && state.problem.status !== 404) {
    return (
      <>
        <PageHead title={id} />
        <ErrorBox problem={state.problem} onRetry={() => void asked.reload()} />
      </>
    );
  }
  return <NotHere id={id} />;
}

function Content({ device, tab }: { device: Device; tab: TabName }) {
  useTitle(device.name);
  const { id } = device;
  const latest = useLatest(id);
  const state = latest.state.value;
  const metrics = state.kind === 'ready' ? state.value.metrics : undefined;
  const counts: Partial<Record<TabName, number>> = {
    alerts: standing.value.filter((alert) => alert.deviceId === id).length,
    access: device.refused,
  };
  const shown = TABS.filter(
    (name) => (name !== 'messages' || may('topics.read')) && (name !== 'alerts' || may('events.read')),
  );
  return (
    <>
      <DeviceHead device={device} latest={metrics} />
      <Tabs
        label={t('device.tabs')}
        tabs={shown.map((name) => ({
          href: href('/devices/:id/:tab?', { id, tab: name === 'live' ? undefined : name }),
          label: t(`device.tab.${name}`),
          isCurrent: tab === name,
          count: counts[name] || undefined,
        }))}
      />
      {tab === 'live' && <LiveTab device={device} latest={latest} />}
      {tab === 'access' && <AccessTab device={device} />}
      {tab === 'alerts' && (
        <div class="cols">
          <StandingAlerts deviceId={id} />
          <AlertRules deviceId={id} />
        </div>
      )}
      {tab === 'messages' && <MessagesTab device={device} />}
      {(tab === 'controls' || tab === 'diagnostics') && (
        <Whenever state={state} onRetry={() => void latest.reload()}>
          {({ metrics: known }) =>
            tab === 'controls' ? (
              <ControlsTab device={device} latest={known} />
            ) : (
              <DiagnosticsTab device={device} latest={known} />
            )
          }
        </Whenever>
      )}
    </>
  );
}

function NotHere({ id }: { id: string }) {
  return (
    <>
      <PageHead title={t('device.notHere')} />
      <section class="card">
        <Empty icon="compass" title={id} text={t('device.notHereText', { id })}>
          <LinkButton kind="primary" icon="search" href={href('/devices', {}, { q: id })}>
            {t('device.notHereSearch')}
          </LinkButton>
        </Empty>
      </section>
    </>
  );
}
