/** One device: found by any of its names, then kept live. */
import { useEffect } from 'preact/hooks';
import type { Device } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { LinkButton } from '../../parts/button.tsx';
import { PageHead, Tabs } from '../../parts/card.tsx';
import { Empty, ErrorBox, Skeleton } from '../../parts/states.tsx';
import { href, navigate } from '../../router.ts';
import type { PageProps } from '../../routes.ts';
import { fleet } from '../../state/devices.ts';
import { useResource } from '../../state/loading.ts';
import { useTitle } from '../../title.ts';
import { AccessTab } from './access-tab.tsx';
import { DeviceHead } from './device-head.tsx';
import { LiveTab } from './live-tab.tsx';

export function DevicePage({ params }: PageProps) {
  const id = params['id'] ?? '';
  return <DeviceById key={id} id={id} tab={params['tab'] === 'access' ? 'access' : 'live'} />;
}

interface DeviceByIdProps {
  id: string;
  tab: 'live' | 'access';
}

function DeviceById({ id, tab }: DeviceByIdProps) {
  // the address may hold an alias, such as a MAC with colons: the hub says which device that is
  const asked = useResource(id, (signal) => call('GET /api/v1/devices/:id', { params: { id }, signal }));
  const state = asked.state.value;
  const known = state.kind === 'ready' ? state.value : undefined;
  const device = fleet.device(known?.id ?? id).value ?? known;
  useEffect(() => {
    if (known !== undefined && known.id !== id) {
      const address = href('/devices/:id/:tab?', { id: known.id, tab: tab === 'access' ? tab : undefined });
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

function Content({ device, tab }: { device: Device; tab: 'live' | 'access' }) {
  useTitle(device.name);
  const { id } = device;
  return (
    <>
      <DeviceHead device={device} />
      <Tabs
        label={t('device.tabs')}
        tabs={[
          { href: href('/devices/:id', { id }), label: t('device.tab.live'), isCurrent: tab === 'live' },
          {
            href: href('/devices/:id/:tab?', { id, tab: 'access' }),
            label: t('device.tab.access'),
            isCurrent: tab === 'access',
            count: device.refused > 0 ? device.refused : undefined,
          },
        ]}
      />
      {tab === 'live' ? <LiveTab device={device} /> : <AccessTab device={device} />}
    </>
  );
}

function NotHere({ id }: { id: string }) {
  return (
    <>
      <PageHead title={t('device.notHere')} />
      <section class="card">
        <Empty icon="compass" title={t('device.notHere')} text={t('device.notHereText', { id })}>
          <LinkButton kind="primary" icon="search" href={href('/devices', {}, { q: id })}>
            {t('device.notHereSearch')}
          </LinkButton>
        </Empty>
      </section>
    </>
  );
}
