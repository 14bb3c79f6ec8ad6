/** Surveillance on every page: the frame, the bar that says how far it has come, the way to disarm; `m` switches it. */
import { useComputed } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { formatClock } from '../i18n/format.ts';
import { t } from '../i18n/language.ts';
import { typeWords } from '../parts/alerts/alert-words.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/icon.tsx';
import { useShortcut } from '../parts/shortcuts.ts';
import { may } from '../session.ts';
import { fleet } from '../state/devices.ts';
import { mode, standing, standingCount } from '../state/events.ts';
import { type GuardStage, guardStageOf, intrusionIn } from '../state/guard-stage.ts';
import { now } from '../state/now.ts';
import { GuardCountdown } from './guard-countdown.tsx';
import { switchMode } from './switch-mode.ts';

export function Guard() {
  const stage = useComputed(() => guardStageOf(mode.value, standing.value, now.value)).value;
  useShortcut('m', () => {
    const present = mode.peek();
    if (present !== null && may('mode.change')) void switchMode(present.mode === 'active' ? 'surveillance' : 'active');
  });
  return (
    <>
      {/* said once, when the stage changes: the seconds in the bar are not announced */}
      <div class="vh" role="status" aria-live="polite">
        {stage !== 'off' && announcement(stage)}
      </div>
      <AlertVoice />
      {stage !== 'off' && (
        <>
          <div class={`guard-frame ${stage}`} />
          <Bar stage={stage} />
        </>
      )}
    </>
  );
}

/** Alerts that come and go are said at most this often. */
const VOICE_GAP_MS = 5_000;

function AlertVoice() {
  const count = standingCount.value;
  const [said, setSaid] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setSaid(count), VOICE_GAP_MS);
    return () => clearTimeout(timer);
  }, [count]);
  return (
    <div class="vh" role="status" aria-live="polite">
      {said > 0 && t('nav.alerts', { count: said })}
    </div>
  );
}

type Standing = Exclude<GuardStage, 'off'>;
const isBad = (stage: Standing): boolean => stage === 'entry' || stage === 'intrusion';

function Bar({ stage }: { stage: Standing }) {
  return (
    <div class={isBad(stage) ? 'bar-off bad guard' : 'bar-off guard'}>
      <Icon name={isBad(stage) ? 'siren' : 'shield-check'} />
      <span>
        <b>{announcement(stage)}</b> <Facts stage={stage} />
      </span>
      <span class="grow" />
      {may('mode.change') && (
        <Button
          size={isBad(stage) ? 'lg' : 'sm'}
          kind={isBad(stage) ? 'danger' : 'plain'}
          onClick={() => void switchMode('active')}
        >
          {t('guard.disarm')}
        </Button>
      )}
    </div>
  );
}

function Facts({ stage }: { stage: Standing }) {
  const present = mode.value;
  if (present === null) return null;
  const { armsAtMs, entryEndsMs, sinceMs, by, bySchedule } = present;
  if (stage === 'arming' && armsAtMs !== null) return <GuardCountdown untilMs={armsAtMs} />;
  if (stage === 'entry' && entryEndsMs !== null) {
    return (
      <>
        {t('guard.entryIn')} <GuardCountdown untilMs={entryEndsMs} />
      </>
    );
  }
  const intrusion = stage === 'intrusion' ? intrusionIn(standing.value) : undefined;
  if (intrusion !== undefined) return <span class="num">{formatClock(intrusion.lastMs)}</span>;
  if (stage !== 'armed' || sinceMs === null) return null;
  const who = bySchedule ? t('mode.bySchedule') : (by ?? '');
  return <span class="hide-s num">{t('guard.since', { who, time: formatClock(sinceMs) })}</span>;
}

/** What stays the same for as long as the stage does. */
function announcement(stage: Standing): string {
  if (stage === 'entry') {
    const device = fleet.name(mode.value?.entryDeviceId ?? '').value;
    return t('guard.entry', { device });
  }
  const intrusion = stage === 'intrusion' ? intrusionIn(standing.value) : undefined;
  if (intrusion !== undefined) {
    const device = fleet.name(intrusion.deviceId).value;
    return t('guard.intrusion', { type: typeWords(intrusion.eventType ?? ''), device });
  }
  return t(stage === 'arming' ? 'guard.arming' : 'guard.armed');
}
