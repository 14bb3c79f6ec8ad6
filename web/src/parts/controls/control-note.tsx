/** The line under a control: how far the last command has come, in words, and what can be done about it. */
import type { Device } from '../../../../hub/contract/device.ts';
import { FAJMA_COMMANDS, ownTopic } from '../../../../hub/contract/topics.ts';
import { formatClock, formatDuration } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Icon, type IconName } from '../icon.tsx';
import { ANSWER_AWAITED_MS } from './control-state.ts';
import { cancelCommand } from './send-command.ts';
import type { Control } from './use-control.ts';

export function ControlNote({ control }: { control: Control }) {
  const { state, isSending, isAllowed, send } = control;
  const { phase, command } = state;
  const { icon, look, words } = noteOf(control);
  const value = command?.value ?? null;
  const isBad = phase === 'failed' || phase === 'expired' || phase === 'no-answer' || phase === 'delivered';
  const isOffered = isAllowed && !isSending && command !== undefined;
  return (
    <p class="control-note" role="status" style={{ '--c': look === undefined ? 'inherit' : `var(--${look})` }}>
      {icon !== undefined && <Icon name={icon} class={icon === 'loader-circle' ? 'spin' : ''} />}
      <span title={words}>{words}</span>
      {isOffered && isBad && value !== null && (
        <button type="button" class="text-btn" onClick={() => send(value)}>
          {t('common.retry')}
        </button>
      )}
      {isOffered && phase === 'queued' && (
        <button type="button" class="text-btn" onClick={() => void cancelCommand(command)}>
          {t('common.cancel')}
        </button>
      )}
    </p>
  );
}

interface Note {
  icon?: IconName;
  look?: 'ok' | 'bad' | 'warn' | 'idle';
  words: string;
}

function noteOf({ state, isSending, isAllowed, device, deviceName }: Control): Note {
  const { phase, command } = state;
  if (isSending) return { icon: 'loader-circle', words: t('control.sending') };
  switch (phase) {
    case 'queued':
      return { icon: 'moon', look: 'idle', words: queuedText(device) };
    case 'sent':
      return { icon: 'loader-circle', words: t('control.pending') };
    case 'confirmed': {
      const tookMs = Math.max(0, (command?.endedMs ?? 0) - (command?.createdMs ?? 0));
      return { icon: 'check', look: 'ok', words: t('control.confirmed', { took: formatDuration(tookMs) }) };
    }
    case 'delivered':
    case 'no-answer':
      return { icon: 'circle-alert', look: 'warn', words: unansweredText(phase, deviceName) };
    case 'failed': {
      const because = command?.message ?? '';
      const words = because === '' ? t('control.failed', { device: deviceName }) : t('control.failedWhy', { because });
      return { icon: 'circle-alert', look: 'bad', words };
    }
    case 'expired':
      return { icon: 'circle-alert', look: 'bad', words: t('control.expired', { device: deviceName }) };
    case 'idle':
      return { words: isAllowed ? '' : t('control.mayNot') };
  }
}

export function unansweredText(phase: 'delivered' | 'no-answer', device: string): string {
  const key = phase === 'delivered' ? 'control.delivered' : 'control.noAnswer';
  return t(key, { device, waited: formatDuration(ANSWER_AWAITED_MS) });
}

/** Where the hub would say it: its own way, unless the device is known to speak another alone. */
const topicOf = ({ id, dialects }: WaitedFor): string =>
  dialects.includes('fajma') && !dialects.includes('ruche') ? FAJMA_COMMANDS : ownTopic(id, 'cmd');

type WaitedFor = Pick<Device, 'id' | 'dialects' | 'connected' | 'status' | 'lastSeenMs' | 'expectedIntervalMs'>;

/** Why it waits, and until when as far as that is known. */
export function queuedText(device: WaitedFor | undefined): string {
  if (device?.connected === true) return t('control.queuedDeaf', { topic: topicOf(device) });
  if (device?.status !== 'asleep') return t('control.queued');
  const { lastSeenMs, expectedIntervalMs } = device;
  if (lastSeenMs === null || expectedIntervalMs === null) return t('control.queuedAsleep');
  return t('control.queuedUntil', { time: formatClock(lastSeenMs + expectedIntervalMs) });
}
