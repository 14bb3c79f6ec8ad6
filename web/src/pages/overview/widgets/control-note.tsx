/** The line under a control: how far the last command has come, in words, and what can be done about it. */
import type { Device, MetricValue } from '../../../../../hub/contract/device.ts';
import { call } from '../../../api.ts';
import { formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { attempt } from '../../../parts/attempt.ts';
import { Icon, type IconName } from '../../../parts/icon.tsx';
import { ANSWER_AWAITED_MS, type ControlState } from './control-state.ts';

interface ControlNoteProps {
  state: ControlState;
  isSending: boolean;
  isAllowed: boolean;
  device: Device | undefined;
  deviceId: string;
  /** A value in words. */
  text: (value: MetricValue) => string;
  onRetry: (value: MetricValue) => Promise<void>;
}

export function ControlNote(props: ControlNoteProps) {
  const { state, isSending, deviceId, onRetry } = props;
  const { phase, command } = state;
  const { icon, look, words } = noteOf(props);
  const value = command?.value ?? null;
  const isBad = phase === 'failed' || phase === 'expired' || phase === 'no-answer' || phase === 'delivered';
  const cancel = async (): Promise<void> => {
    if (command === undefined) return;
    const params = { id: deviceId, commandId: command.id };
    await attempt(async () => {
      await call('DELETE /api/v1/devices/:id/commands/:commandId', { params });
    });
  };
  return (
    <p class="control-note" role="status" style={{ '--c': look === '' ? 'inherit' : `var(--${look})` }}>
      {icon !== undefined && <Icon name={icon} class={icon === 'loader-circle' ? 'spin' : ''} />}
      <span title={words}>{words}</span>
      {isBad && !isSending && props.isAllowed && value !== null && (
        <button type="button" class="text-btn" onClick={() => void onRetry(value)}>
          {t('common.retry')}
        </button>
      )}
      {phase === 'queued' && !isSending && props.isAllowed && (
        <button type="button" class="text-btn" onClick={() => void cancel()}>
          {t('common.cancel')}
        </button>
      )}
    </p>
  );
}

interface Note {
  icon?: IconName;
  look: '' | 'ok' | 'bad' | 'warn' | 'idle';
  words: string;
}

function noteOf({ state, isSending, isAllowed, device, deviceId, text }: ControlNoteProps): Note {
  const { phase, command } = state;
  const name = device?.name ?? deviceId;
  const wanted = command === undefined || command.value === null ? '' : text(command.value);
  if (isSending) return { icon: 'loader-circle', look: '', words: t('widget.sending') };
  switch (phase) {
    case 'queued':
      return { icon: 'moon', look: 'idle', words: t(queuedKey(device), { value: wanted }) };
    case 'sent':
      return { icon: 'loader-circle', look: '', words: t('widget.sent', { value: wanted }) };
    case 'confirmed': {
      const tookMs = Math.max(0, (command?.endedMs ?? 0) - (command?.createdMs ?? 0));
      return { icon: 'check', look: 'ok', words: t('widget.confirmed', { took: formatDuration(tookMs) }) };
    }
    case 'delivered':
    case 'no-answer': {
      const waited = formatDuration(ANSWER_AWAITED_MS);
      const key = phase === 'delivered' ? 'widget.delivered' : 'widget.noAnswer';
      return { icon: 'circle-alert', look: 'warn', words: t(key, { device: name, waited }) };
    }
    case 'failed': {
      const because = command?.message ?? '';
      const words = because === '' ? t('widget.failed', { device: name }) : t('widget.failedWhy', { because });
      return { icon: 'circle-alert', look: 'bad', words };
    }
    case 'expired':
      return { icon: 'circle-alert', look: 'bad', words: t('widget.expired', { device: name }) };
    case 'idle':
      return { look: '', words: isAllowed ? '' : t('widget.mayNot') };
  }
}

const queuedKey = (device: Device | undefined): 'widget.queuedAsleep' | 'widget.queued' =>
  device?.status === 'asleep' ? 'widget.queuedAsleep' : 'widget.queued';
