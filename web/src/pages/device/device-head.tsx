/** The head of a device: what it is called, how it is and why, and what it is. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Device, Latest } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { formatClock, formatDay, formatDuration, formatFull } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Button, IconButton, LinkButton } from '../../parts/button.tsx';
import { isSimon, SimonMark } from '../../parts/device-icon.tsx';
import { Icon } from '../../parts/icon.tsx';
import { formatMetric, knownMetric, lookOf, metricLabel } from '../../parts/metric.ts';
import { problemOf, wordsOf } from '../../parts/states.tsx';
import { Status } from '../../parts/status.tsx';
import { toast } from '../../parts/toast.tsx';
import { href, place, setQuery } from '../../router.ts';
import { may, mayManage } from '../../session.ts';
import { fleet } from '../../state/devices.ts';
import { Tags } from './tags.tsx';

/** What the hub takes, see DevicePatch. */
const NAME_LENGTH_MAX = 64;

interface DeviceHeadProps {
  device: Device;
  /** Undefined: not known yet. */
  latest: Latest['metrics'] | undefined;
}

export function DeviceHead({ device, latest }: DeviceHeadProps) {
  const isRenaming = place.value.query.get('rename') === '1' && mayManage(device);
  return (
    <>
      <p class="crumb">
        <a href="/devices">{t('device.crumb')}</a> / <span class="mono">{device.id}</span>
      </p>
      <div class="dh">
        <span class="av">{isSimon(device.dialects) ? <SimonMark size={32} /> : <Icon name="microchip" />}</span>
        <div class="dh-text">
          {isRenaming ? <Rename device={device} /> : <Title device={device} />}
          <p class="reason sub">
            <span data-tip={formatFull(device.sinceMs)}>
              {t(`reason.${device.reason}`)} {t('device.since', { time: sinceText(device.sinceMs) })}
            </span>
            {device.expectedIntervalMs !== null && (
              <span class="muted">
                , {t('device.expected', { interval: formatDuration(device.expectedIntervalMs) })}
              </span>
            )}
          </p>
          <Chips device={device} latest={latest} />
        </div>
        <span class="grow" />
        {isSimon(device.dialects) && may('pairing.self') && (
          <LinkButton icon="link" href={href('/pair', {}, { device: device.id })}>
            {t(device.player === null ? 'device.pairingPair' : 'device.pairingRepair')}
          </LinkButton>
        )}
      </div>
    </>
  );
}

function Title({ device }: { device: Device }) {
  return (
    <div class="row dh-title">
      <h1 tabIndex={-1}>{device.name}</h1>
      {mayManage(device) && (
        <IconButton
          icon="pencil"
          kind="ghost"
          size="sm"
          label={t('device.rename')}
          onClick={() => setQuery({ rename: '1' })}
        />
      )}
      <Status status={device.status} />
    </div>
  );
}

function Rename({ device }: { device: Device }) {
  const [name, setName] = useState(device.name);
  const [isBusy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const close = (): void => setQuery({ rename: undefined });
  const save = async (): Promise<void> => {
    setBusy(true);
    try {
      const params = { id: device.id };
      fleet.put(await call('PATCH /api/v1/devices/:id', { params, body: { name: name.trim() } }));
      close();
    } catch (error) {
      toast({ kind: 'bad', text: `${t('device.renameFailed')} ${wordsOf(problemOf(error)).title}` });
      setBusy(false);
    }
  };
  return (
    <form
      class="row wrap rename"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') close();
      }}
    >
      <h1 class="vh">{device.name}</h1>
      <div class="input">
        <input
          ref={input}
          aria-label={t('device.renameLabel')}
          value={name}
          required
          maxLength={NAME_LENGTH_MAX}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </div>
      <Button kind="primary" type="submit" busy={isBusy} disabled={name.trim() === ''}>
        {t('common.save')}
      </Button>
      <Button kind="ghost" onClick={close}>
        {t('common.cancel')}
      </Button>
    </form>
  );
}

function Chips({ device, latest = {} }: DeviceHeadProps) {
  const vital = VITALS.flatMap((known) => Object.keys(latest).find((name) => knownMetric(name) === known) ?? []);
  return (
    <div class="row chips">
      {vital.map((name) => {
        const metric = latest[name];
        return (
          metric && (
            <span key={name} class="chip num" data-tip={`${metricLabel(name)}, ${formatFull(metric.atMs)}`}>
              <Icon name={lookOf(name).icon} />
              {formatMetric(name, metric.value)}
            </span>
          )
        );
      })}
      <span class={device.protected ? 'chip' : 'chip warn'}>
        <Icon name={device.protected ? 'shield-check' : 'shield-alert'} />
        {t(device.protected ? 'device.protected' : 'device.unprotected')}
      </span>
      {device.demo && <span class="chip">{t('device.demo')}</span>}
      {device.dialects.length > 0 && (
        <span class="chip" data-tip={t('device.dialect')}>
          <Icon name="radio" />
          {device.dialects.join(', ')}
        </span>
      )}
      {device.address !== null && (
        <span class="chip mono" data-tip={t('device.address')}>
          <Icon name="wifi" />
          {device.address}
        </span>
      )}
      {device.clientId !== null && (
        <span class="chip mono cut" data-tip={t('device.clientId')}>
          {device.clientId}
        </span>
      )}
      <Tags device={device} />
    </div>
  );
}

/** What is wanted at a glance on every tab. */
const VITALS = ['rssi', 'battery', 'uptime'] as const;

/** 14:02 today, 19 Nov before that. */
function sinceText(sinceMs: number): string {
  const nowMs = Date.now();
  const isToday = new Date(sinceMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? formatClock(sinceMs) : formatDay(sinceMs, nowMs);
}
