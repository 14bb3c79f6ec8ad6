/** A pairing as three live steps with their times; when no answer comes, the likely causes. */
import { useEffect, useState } from 'preact/hooks';
import type { Pairing } from '../../../../hub/contract/pairing.ts';
import { formatDuration } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { pairingProgress, type Step, type StepName } from './pairing-steps.ts';

const TICK_MS = 200;
const ICONS: Readonly<Record<StepName, IconName>> = { requested: 'send', answered: 'radio', paired: 'link' };

interface PairStepsProps {
  pairing: Pairing | null;
  /** When the request was sent from here, by this browser's clock; null when it was sent elsewhere. */
  sentMs: number | null;
  player: string;
}

export function PairSteps({ pairing, sentMs, player }: PairStepsProps) {
  const isWaiting = pairing?.state !== 'paired';
  const nowMs = useTick(isWaiting);
  const { steps, isSlow } = pairingProgress(pairing, hubTime(pairing, sentMs, nowMs));
  return (
    <>
      <ol class="trace steps">
        {steps.map((step) => (
          <StepRow key={step.name} step={step} player={player} />
        ))}
      </ol>
      <div role="status">{isSlow && <Slow />}</div>
    </>
  );
}

function StepRow({ step, player }: { step: Step; player: string }) {
  return (
    <li class={step.state} aria-current={step.state === 'active' ? 'step' : undefined}>
      <span class="ic">
        <Icon name={step.state === 'done' ? 'check' : ICONS[step.name]} />
      </span>
      <p>
        {t(`pair.step.${step.name}`)}
        <small>
          {step.name === 'paired' ? t('pair.stepText.paired', { player }) : t(`pair.stepText.${step.name}`)}
        </small>
      </p>
      <time class="num mono">{step.elapsedMs === null ? '' : formatDuration(step.elapsedMs)}</time>
    </li>
  );
}

function Slow() {
  return (
    <div class="err">
      <Icon name="triangle-alert" />
      <div>
        <b>{t('pair.slowTitle')}</b>
        <ul>
          <li>{t('pair.slowCause.power')}</li>
          <li>{t('pair.slowCause.id')}</li>
          <li>{t('pair.slowCause.busy')}</li>
        </ul>
      </div>
    </div>
  );
}

/** The hub's clock, as far as it matters: the request left here at a moment that both clocks know. */
function hubTime(pairing: Pairing | null, sentMs: number | null, nowMs: number): number {
  const requestedMs = pairing?.requestedAtMs ?? null;
  return requestedMs === null || sentMs === null ? nowMs : requestedMs + (nowMs - sentMs);
}

function useTick(isRunning: boolean): number {
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, [isRunning]);
  return nowMs;
}
