/** One widget of a device as a row: its name, how it stands, and what to press. */
import { useState } from 'preact/hooks';
import type { Device, Latest, MetricValue } from '../../../../../hub/contract/device.ts';
import type { Widget } from '../../../../../hub/contract/widget.ts';
import { formatClock, formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { Button, IconButton } from '../../../parts/button.tsx';
import { Select } from '../../../parts/choice.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { formatMetric } from '../../../parts/metric.ts';
import { now } from '../../../state/now.ts';
import { type ControlView, controlView, type Phase } from './control-state.ts';
import { type Controls, mayCommand } from './use-controls.ts';

interface ControlRowProps {
  widget: Widget;
  device: Device;
  reported: Latest['metrics'][string] | undefined;
  controls: Controls;
  onEdit?: (() => void) | undefined;
}

export function ControlRow({ widget, device, reported, controls, onEdit }: ControlRowProps) {
  const target = widget.pin ?? widget.metric ?? '';
  const state = controls.commands.state.value;
  const commands = state.kind === 'ready' ? state.value : [];
  const known = controlView(target, commands, reported, now.value);
  const wanted = controls.sending.get(target);
  const view: ControlView = wanted === undefined ? known : { ...known, value: wanted, phase: 'pending' };
  const [asking, setAsking] = useState<MetricValue | null>(null);
  const send = (value: MetricValue): void => {
    setAsking(null);
    void controls.send({ name: target, value });
  };
  const set = widget.options.confirm === true ? setAsking : send;
  return (
    <div class="wr" data-phase={view.phase}>
      <span class="nm">
        {widget.name}
        <small>
          {target} · {valueText(widget, target, view.value)}
        </small>
        <PhaseNote view={view} device={device} onRetry={send} />
      </span>
      <Control {...{ widget, view, set }} isAllowed={mayCommand(device)} />
      {onEdit !== undefined && (
        <IconButton
          icon="pencil"
          kind="ghost"
          size="sm"
          label={t('control.edit', { name: widget.name })}
          onClick={onEdit}
        />
      )}
      {asking !== null && (
        <Dialog
          open
          title={t('control.sure', { name: widget.name })}
          onClose={() => setAsking(null)}
          actions={
            <>
              <Button onClick={() => setAsking(null)}>{t('common.cancel')}</Button>
              <Button kind="primary" onClick={() => send(asking)}>
                {t('control.send')}
              </Button>
            </>
          }
        >
          <p class="sub">{t('control.sureText', { value: valueText(widget, target, asking), device: device.name })}</p>
        </Dialog>
      )}
    </div>
  );
}

function valueText({ type, options }: Widget, target: string, value: MetricValue | null): string {
  if (value === null) return t('control.unknown');
  if (type === 'switch') return t(isOn(options, value) ? 'control.on' : 'control.off');
  const chosen = options.options?.find((option) => option.value === value);
  if (chosen !== undefined) return chosen.label;
  const text = formatMetric(target, value);
  return options.unit === undefined ? text : `${text}\u202f${options.unit}`;
}

const isOn = ({ on = 1 }: Widget['options'], value: MetricValue | null): boolean =>
  value === on || value === true || (on === true && value === 1);

const WORDLESS: readonly Phase[] = ['idle', 'confirmed', 'cancelled'];

/** What has become of the last thing that was asked, while it matters. */
function PhaseNote({
  view,
  device,
  onRetry,
}: {
  view: ControlView;
  device: Device;
  onRetry: (value: MetricValue) => void;
}) {
  const { phase, command } = view;
  if (phase === 'confirmed' && command?.endedMs && now.value - command.endedMs < CONFIRMED_SHOWN_MS) {
    return <span class="ack num">✓ {formatDuration(command.endedMs - command.createdMs)}</span>;
  }
  if (WORDLESS.includes(phase)) return null;
  const isOver = phase === 'no-answer' || phase === 'failed' || phase === 'expired';
  const value = command?.value ?? null;
  return (
    <span class={isOver ? 'note bad' : 'note'} role="status">
      {phaseText(view, device)}
      {isOver && value !== null && mayCommand(device) && (
        <Button size="sm" kind="ghost" icon="refresh-cw" onClick={() => onRetry(value)}>
          {t('common.retry')}
        </Button>
      )}
    </span>
  );
}
const CONFIRMED_SHOWN_MS = 15_000;

function phaseText({ phase, command }: ControlView, device: Device): string {
  if (phase === 'queued') return queuedText(device);
  if (phase === 'failed') return t('control.failed', { reason: command?.message ?? '' });
  if (phase === 'no-answer') return t('control.noAnswer', { device: device.name });
  return t(phase === 'expired' ? 'control.expired' : 'control.pending');
}

/** Why it waits, and until when as far as that is known. */
export function queuedText({ status, lastSeenMs, expectedIntervalMs }: Device): string {
  if (status !== 'asleep') return t('control.queued');
  if (lastSeenMs === null || expectedIntervalMs === null) return t('control.queuedAsleep');
  return t('control.queuedUntil', { time: formatClock(lastSeenMs + expectedIntervalMs) });
}

interface ControlProps {
  widget: Widget;
  view: ControlView;
  isAllowed: boolean;
  set: (value: MetricValue) => void;
}

function Control({ widget, view, isAllowed, set }: ControlProps) {
  const { type, name, options } = widget;
  const isPending = view.phase === 'pending' || view.phase === 'queued';
  switch (type) {
    case 'switch': {
      const on = isOn(options, view.value);
      return (
        <button
          type="button"
          class={isPending ? 'sw wait' : 'sw'}
          role="switch"
          aria-checked={on}
          aria-label={name}
          disabled={!isAllowed}
          onClick={() => set(on ? (options.off ?? 0) : (options.on ?? 1))}
        />
      );
    }
    case 'slider':
      return <Slider {...{ widget, view, isAllowed, set }} />;
    case 'button':
      return (
        <Button size="sm" busy={view.phase === 'pending'} disabled={!isAllowed} onClick={() => set(options.value ?? 1)}>
          {t('control.press')}
        </Button>
      );
    case 'select':
      return (
        <Select
          isBare
          label={name}
          value={JSON.stringify(view.value)}
          disabled={!isAllowed}
          options={[
            ...(options.options?.some(({ value }) => value === view.value)
              ? []
              : [{ value: JSON.stringify(view.value), label: '–' }]),
            ...(options.options ?? []).map(({ value, label }) => ({ value: JSON.stringify(value), label })),
          ]}
          onChange={(text) => {
            const chosen = options.options?.find(({ value }) => JSON.stringify(value) === text);
            if (chosen !== undefined) set(chosen.value);
          }}
        />
      );
    default:
      return <b class="num fig">{view.value === null ? '–' : valueText(widget, '', view.value)}</b>;
  }
}

/** Moves freely; what it is let go at is sent. */
function Slider({ widget, view, isAllowed, set }: ControlProps) {
  const { min = 0, max = 100, step = 1 } = widget.options;
  const [moved, setMoved] = useState<number | null>(null);
  const value = moved ?? (typeof view.value === 'number' ? view.value : min);
  return (
    <input
      type="range"
      class="range"
      aria-label={widget.name}
      min={min}
      max={max}
      step={step}
      value={value}
      disabled={!isAllowed}
      style={{ '--p': `${(100 * (value - min)) / (max - min)}%` }}
      onInput={(event) => setMoved(event.currentTarget.valueAsNumber)}
      onChange={(event) => {
        set(event.currentTarget.valueAsNumber);
        setMoved(null);
      }}
    />
  );
}
