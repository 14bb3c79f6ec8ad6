/** A control on a tile: it asks, and shows as done only what the device has confirmed. */
import { useComputed, useSignal } from '@preact/signals';
import type { Command } from '../../../../../hub/contract/command.ts';
import type { Device, MetricValue } from '../../../../../hub/contract/device.ts';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { call } from '../../../api.ts';
import { t } from '../../../i18n/language.ts';
import { attempt } from '../../../parts/attempt.ts';
import { Button } from '../../../parts/button.tsx';
import { Dialog } from '../../../parts/dialog.tsx';
import { currentUser, may } from '../../../session.ts';
import { deviceCommands } from '../../../state/device-commands.ts';
import { now } from '../../../state/now.ts';
import { stats } from '../../../state/stats.ts';
import { ControlNote } from './control-note.tsx';
import { controlState, isSame } from './control-state.ts';
import { ButtonControl, type ControlProps, SelectControl, SliderControl, SwitchControl } from './controls.tsx';
import { Freshness, TileFrame, TileIcon } from './tile-frame.tsx';
import { useValue } from './use-value.ts';
import type { DeviceTileProps } from './value-tile.tsx';
import { targetOf, WIDGET_KINDS } from './widget-kinds.ts';
import { colourOf, valueSentence } from './widget-text.ts';

const CONTROLS = { switch: SwitchControl, slider: SliderControl, button: ButtonControl, select: SelectControl };
type ControlType = keyof typeof CONTROLS;

/** Whether this person may ask anything of the device. */
export function maySend(device: Pick<Device, 'owner'> | undefined): boolean {
  const isMine = device?.owner != null && device.owner === currentUser.value?.username;
  return may('commands.send') || (may('commands.send.own') && isMine);
}

export function ControlTile({ spec, deviceId, metric, area, type }: DeviceTileProps & { type: ControlType }) {
  const { device, value } = useValue(deviceId, metric);
  const commands = deviceCommands.use(deviceId);
  const { sending, asking, ask, send } = useSending(deviceId, metric, spec.options?.confirm === true);
  const hubNowMs = useComputed(() => stats.value?.atMs ?? now.value);
  // the clock ticks; what it says about the command changes seldom
  const look = useComputed(() => JSON.stringify(facts(commands.value, hubNowMs.value)));
  function facts(known: readonly Command[], nowMs: number) {
    return controlState({ commands: known, name: metric, reported: value, nowMs });
  }
  look.value;
  const state = facts(commands.value, hubNowMs.peek());
  const isAllowed = maySend(device);
  const Control = CONTROLS[type];
  const props: ControlProps = {
    spec,
    confirmed: state.confirmed,
    wanted: sending.value?.value ?? state.wanted,
    isDisabled: !isAllowed,
    onSet: ask,
  };
  return (
    <TileFrame
      name={spec.name}
      icon={<TileIcon name={WIDGET_KINDS[type].icon} />}
      colour={colourOf(metric)}
      class={`control ${area}`}
      end={<Freshness device={device} value={value} />}
    >
      <Control {...props} />
      <ControlNote
        state={state}
        isSending={sending.value !== null}
        isAllowed={isAllowed}
        device={device}
        deviceId={deviceId}
        text={(shown) => controlWord(spec, shown)}
        onRetry={send}
      />
      {asking.value !== null && (
        <Sure
          question={t('widget.sure', { name: spec.name, device: device?.name ?? deviceId })}
          answer={(isYes) => {
            const wanted = asking.value;
            asking.value = null;
            if (isYes && wanted !== null) void send(wanted.value);
          }}
        />
      )}
    </TileFrame>
  );
}

/** What a value of this control is called. */
function controlWord(spec: WidgetSpec, value: MetricValue): string {
  const { on = 1, options = [] } = spec.options ?? {};
  if (spec.type === 'switch') return t(isSame(value, on) ? 'widget.on' : 'widget.off');
  const choice = options.find((each) => isSame(value, each.value));
  return choice?.label ?? valueSentence(targetOf(spec) ?? '', value, spec.options);
}

/** From the press until the hub has stored the command. */
function useSending(deviceId: string, name: string, mustConfirm: boolean) {
  const sending = useSignal<{ value: MetricValue } | null>(null);
  const asking = useSignal<{ value: MetricValue } | null>(null);
  const send = async (value: MetricValue): Promise<void> => {
    sending.value = { value };
    await attempt(async () => {
      await call('POST /api/v1/devices/:id/commands', { params: { id: deviceId }, body: { name, value } });
    });
    sending.value = null;
  };
  const ask = (value: MetricValue): void => {
    if (mustConfirm) asking.value = { value };
    else void send(value);
  };
  return { sending, asking, ask, send };
}

function Sure({ question, answer }: { question: string; answer: (isYes: boolean) => void }) {
  return (
    <Dialog
      open
      title={t('widget.sureTitle')}
      onClose={() => answer(false)}
      actions={
        <>
          <Button onClick={() => answer(false)}>{t('common.cancel')}</Button>
          <Button kind="primary" icon="send" onClick={() => answer(true)}>
            {t('widget.send')}
          </Button>
        </>
      }
    >
      <p class="sub">{question}</p>
    </Dialog>
  );
}
