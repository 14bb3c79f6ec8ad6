/** One control of a device, on whatever page: where it stands, how far its last command is, and asking for something else. */
import { useComputed, useSignal } from '@preact/signals';
import type { Device, MetricValue } from '../../../../hub/contract/device.ts';
import type { WidgetSpec } from '../../../../hub/contract/widget.ts';
import { t } from '../../i18n/language.ts';
import { deviceCommands } from '../../state/device-commands.ts';
import { now } from '../../state/now.ts';
import { stats } from '../../state/stats.ts';
import { formatMetric } from '../metric.ts';
import { type ControlState, controlState, isSame, type Reported } from './control-state.ts';
import { maySend, sendCommand } from './send-command.ts';

export interface Control {
  readonly spec: WidgetSpec;
  /** Undefined: not known yet. */
  readonly device: Device | undefined;
  readonly deviceName: string;
  readonly state: ControlState;
  /** What is wanted while that is on its way, what the device confirmed otherwise; undefined: nobody knows. */
  readonly shown: MetricValue | undefined;
  readonly isPending: boolean;
  /** From the press until the hub has stored the command. */
  readonly isSending: boolean;
  readonly isAllowed: boolean;
  /** What waits for a yes. */
  readonly asked: MetricValue | undefined;
  /** Sends it, or asks first where the widget says so. */
  set(value: MetricValue): void;
  send(value: MetricValue): void;
  /** Shows it without sending it: a slider that is being moved. */
  hold(value: MetricValue): void;
  /** Nothing is asked any more, and nothing held. */
  drop(): void;
}

export function useControl(spec: WidgetSpec, device: Device | undefined, reported: Reported | undefined): Control {
  const { deviceId = '', pin, metric = '', options } = spec;
  const name = pin ?? metric;
  const commands = deviceCommands.use(deviceId);
  const sending = useSignal<MetricValue | undefined>(undefined);
  const held = useSignal<MetricValue | undefined>(undefined);
  const asked = useSignal<MetricValue | undefined>(undefined);
  const clock = useComputed(() => stats.value?.atMs ?? now.value);
  const stateAt = (nowMs: number): ControlState => controlState({ commands: commands.value, name, reported, nowMs });
  // the clock ticks; what it says about the command changes seldom
  useComputed(() => JSON.stringify(stateAt(clock.value))).value;
  const state = stateAt(clock.peek());
  const send = (value: MetricValue): void => {
    sending.value = value;
    void sendCommand(deviceId, { name, value }).finally(() => {
      sending.value = undefined;
    });
  };
  const drop = (): void => {
    asked.value = undefined;
    held.value = undefined;
  };
  const wanted = held.value ?? sending.value ?? state.wanted;
  return {
    spec,
    device,
    deviceName: device?.name ?? deviceId,
    state,
    shown: wanted ?? state.confirmed,
    isPending: wanted !== undefined,
    isSending: sending.value !== undefined,
    isAllowed: maySend(device),
    asked: asked.value,
    set(value) {
      drop();
      if (options?.confirm === true) asked.value = value;
      else send(value);
    },
    send(value) {
      drop();
      send(value);
    },
    hold(value) {
      held.value = value;
    },
    drop,
  };
}

/** What a value of this control is called. */
export function wordOf({ type, pin, metric = '', options = {} }: WidgetSpec, value: MetricValue | undefined): string {
  if (value === undefined) return t('control.unknown');
  if (type === 'switch') return t(isSame(value, options.on ?? 1) ? 'control.on' : 'control.off');
  const choice = options.options?.find((each) => isSame(value, each.value));
  return choice?.label ?? formatMetric(pin ?? metric, value, options);
}
