/** Active or surveillance: the switch, who armed it, what comes next. */
import { useSignal } from '@preact/signals';
import type { Mode } from '../../../../hub/contract/mode.ts';
import { formatMoment } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { typeWords } from '../../parts/alerts/alert-words.ts';
import { formatSpan } from '../../parts/alerts/span.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Seg } from '../../parts/choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Skeleton } from '../../parts/states.tsx';
import { may } from '../../session.ts';
import { GuardCountdown } from '../../shell/guard-countdown.tsx';
import { switchMode } from '../../shell/switch-mode.ts';
import { mode } from '../../state/events.ts';
import { now } from '../../state/now.ts';
import { ModeSheet } from './mode-sheet.tsx';
import { NextChanges } from './next-changes.tsx';

export function ModeCard() {
  const isOpen = useSignal(false);
  const present = mode.value;
  return (
    <Card icon="shield" title={t('mode.title')} class="mode-card">
      {present === null ? <Skeleton rows={2} height={40} /> : <Content present={present} />}
      {present !== null && may('mode.change') && (
        <div class="card-foot">
          <Button
            size="sm"
            icon="settings"
            onClick={() => {
              isOpen.value = true;
            }}
          >
            {t('mode.settings')}
          </Button>
        </div>
      )}
      {isOpen.value && present !== null && (
        <ModeSheet
          present={present}
          onClose={() => {
            isOpen.value = false;
          }}
        />
      )}
    </Card>
  );
}

function Content({ present }: { present: Mode }) {
  const isOn = present.mode === 'surveillance';
  return (
    <>
      {may('mode.change') ? (
        <Seg
          class={isOn ? 'guard wide' : 'wide'}
          label={t('mode.title')}
          value={present.mode}
          options={[
            { value: 'active', label: t('mode.active') },
            { value: 'surveillance', label: t('mode.surveillance'), icon: 'shield-check' },
          ]}
          onChange={(next) => void switchMode(next)}
        />
      ) : (
        <b class="big">{t(`mode.${present.mode}`)}</b>
      )}
      <p class="sub">{t(isOn ? 'mode.surveillanceText' : 'mode.activeText')}</p>
      <dl class="kv num">
        <Since present={present} />
        {present.armsAtMs !== null && !present.armed && (
          <>
            <dt>{t('mode.armsIn')}</dt>
            <dd>
              <GuardCountdown untilMs={present.armsAtMs} />
            </dd>
          </>
        )}
        <dt>{t('mode.delays')}</dt>
        <dd>{t('mode.delaysOf', { exit: formatSpan(present.exitDelayS), entry: formatSpan(present.entryDelayS) })}</dd>
        <dt>{t('mode.watched')}</dt>
        <dd class="wraps">{present.watched.map(typeWords).join(', ') || t('mode.nothing')}</dd>
      </dl>
      <Schedule present={present} />
    </>
  );
}

function Since({ present: { sinceMs, by, bySchedule, mode: kind } }: { present: Mode }) {
  if (sinceMs === null) return null;
  const who = bySchedule ? t('mode.bySchedule') : (by ?? '');
  return (
    <>
      <dt>{t(kind === 'surveillance' ? 'mode.armedBy' : 'mode.setBy')}</dt>
      <dd>
        {who}, {formatMoment(sinceMs, now.value)}
      </dd>
    </>
  );
}

function Schedule({ present: { schedule, timeZone } }: { present: Mode }) {
  if (!schedule.enabled || schedule.windows.length === 0) {
    return (
      <p class="note">
        <Icon name="calendar-clock" />
        {t('mode.noSchedule')}
      </p>
    );
  }
  return <NextChanges windows={schedule.windows} timeZone={timeZone} />;
}
