/** What the device says and how steadily, whose it is, and the plain facts. */
import type { Device, Latest } from '../../../../hub/contract/device.ts';
import { formatDuration, formatFull, formatNumber, formatPercent } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';
import { isSimon } from '../../parts/device-icon.tsx';
import { Pulse } from '../../parts/pulse.tsx';
import { readPulse } from '../../parts/pulse-marks.ts';
import { Time } from '../../parts/time.tsx';
import type { Resource } from '../../state/loading.ts';
import { QuickControls } from './controls/controls-card.tsx';
import { HistoryCard } from './history-card.tsx';
import { PairingCard } from './pairing-card.tsx';
import { RecentScores } from './recent-scores.tsx';
import { ValueTiles } from './value-tiles.tsx';

interface LiveTabProps {
  device: Device;
  latest: Resource<Latest>;
}

export function LiveTab({ device, latest }: LiveTabProps) {
  const state = latest.state.value;
  return (
    <div class="cols">
      <div class="stack">
        <ValueTiles device={device} latest={latest} />
        {state.kind === 'ready' && <HistoryCard device={device} latest={state.value.metrics} />}
        {isSimon(device.dialects) && <RecentScores deviceId={device.id} />}
      </div>
      <div class="stack">
        {state.kind === 'ready' && <QuickControls device={device} latest={state.value.metrics} />}
        <PulseCard device={device} />
        {isSimon(device.dialects) && <PairingCard device={device} />}
        <Facts device={device} />
      </div>
    </div>
  );
}

function PulseCard({ device }: { device: Device }) {
  const { heard, gap } = readPulse(device.pulse);
  return (
    <Card
      icon="activity"
      title={t('device.pulse')}
      end={<b class="num share">{heard === null ? '–' : formatPercent(heard)}</b>}
    >
      <Pulse marks={device.pulse} class="tall" />
      <p class="axis num">
        <span>{t('pulse.range')}</span>
        <span>
          {gap === null ? t('device.pulseNoGap') : t('device.pulseGap', { length: formatDuration(gap.lengthMs) })}
        </span>
        <span>{t('pulse.now')}</span>
      </p>
    </Card>
  );
}

function Facts({ device }: { device: Device }) {
  return (
    <Card icon="info" title={t('device.facts')}>
      <dl class="kv num">
        <dt>{t('device.factSeen')}</dt>
        <dd>{device.lastSeenMs === null ? t('common.never') : <Time atMs={device.lastSeenMs} />}</dd>
        <dt>{t('device.factMessages')}</dt>
        <dd data-tip={t('device.sinceStart')}>{formatNumber(device.messages)}</dd>
        <dt>{t('device.factRefused')}</dt>
        <dd data-tip={t('device.sinceStart')}>{formatNumber(device.refused)}</dd>
        <dt>{t('device.factOwner')}</dt>
        <dd>{device.owner ?? t('devices.nobody')}</dd>
        <dt>{t('device.factCreated')}</dt>
        <dd>{formatFull(device.createdMs)}</dd>
        {device.aliases.length > 0 && (
          <>
            <dt>{t('device.factAliases')}</dt>
            <dd class="mono aliases">{device.aliases.join(' ')}</dd>
          </>
        )}
      </dl>
    </Card>
  );
}
