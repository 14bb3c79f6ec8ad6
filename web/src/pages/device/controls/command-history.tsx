/** What was asked of a device and how far it has come, as it happens. */
import { useComputed } from '@preact/signals';
import type { Command, CommandState } from '../../../../../hub/contract/command.ts';
import type { Device } from '../../../../../hub/contract/device.ts';
import { call } from '../../../api.ts';
import { formatDuration, formatFull } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { Button } from '../../../parts/button.tsx';
import { Card } from '../../../parts/card.tsx';
import { queuedText, unansweredText } from '../../../parts/controls/control-note.tsx';
import { type ControlPhase, phaseOf } from '../../../parts/controls/control-state.ts';
import { cancelCommand, maySend } from '../../../parts/controls/send-command.ts';
import { Empty, Whenever } from '../../../parts/states.tsx';
import { Time } from '../../../parts/time.tsx';
import { deviceCommands, withCommands } from '../../../state/device-commands.ts';
import { useResource } from '../../../state/loading.ts';
import { now } from '../../../state/now.ts';
import { stats } from '../../../state/stats.ts';

/** Rows that are shown; older ones are in the API. */
const SHOWN_MAX = 30;
const SHAPES: Readonly<Record<CommandState, string>> = {
  queued: 'idle',
  sent: 'warn',
  delivered: 'warn',
  acknowledged: 'ok',
  failed: 'bad',
  expired: 'bad',
  cancelled: 'off',
};

export function CommandHistory({ device }: { device: Device }) {
  const { id } = device;
  const stored = useResource(id, async (signal) => {
    const params = { id };
    return (await call('GET /api/v1/devices/:id/commands', { params, query: { limit: SHOWN_MAX }, signal })).items;
  });
  const live = deviceCommands.use(id).value;
  return (
    <Card icon="list" title={t('control.history')}>
      <Whenever state={stored.state.value} onRetry={() => void stored.reload()}>
        {(items) => {
          const commands = withCommands(items, { snapshot: false, commands: [...live] });
          return commands.length === 0 ? (
            <Empty icon="send" title={t('control.historyEmpty')} text={t('control.historyEmptyText')} />
          ) : (
            <ul class="commands">
              {commands.slice(0, SHOWN_MAX).map((command) => (
                <Row key={command.id} command={command} device={device} />
              ))}
            </ul>
          );
        }}
      </Whenever>
    </Card>
  );
}

function Row({ command, device }: { command: Command; device: Device }) {
  const { name, value, state, createdMs, createdBy } = command;
  const clock = useComputed(() => stats.value?.atMs ?? now.value);
  const phaseAt = (nowMs: number): ControlPhase => phaseOf(command, undefined, nowMs);
  // the clock ticks; what it says about a command changes seldom
  useComputed(() => phaseAt(clock.value)).value;
  const phase = phaseAt(clock.peek());
  return (
    <li data-state={state}>
      <span class="mono cut">
        {name}
        {value !== null && <b> {JSON.stringify(value)}</b>}
      </span>
      <span class={`st ${SHAPES[state]}`} data-tip={stepsOf(command)}>
        {t(`control.state.${state}`)}
      </span>
      <span class="note">{noteOf(command, phase, device)}</span>
      <span class="muted num cut">
        {createdBy} · <Time atMs={createdMs} />
      </span>
      {state === 'queued' && maySend(device) && (
        <Button size="sm" onClick={() => void cancelCommand(command)}>
          {t('common.cancel')}
        </Button>
      )}
    </li>
  );
}

/** When each step was made. */
function stepsOf({ createdMs, sentMs, deliveredMs, endedMs, state }: Command): string {
  const steps: [CommandState, number | null][] = [
    ['queued', createdMs],
    ['sent', sentMs],
    ['delivered', deliveredMs],
    [state, endedMs],
  ];
  return steps
    .flatMap(([step, atMs]) => (atMs === null ? [] : `${t(`control.state.${step}`)} ${formatFull(atMs)}`))
    .join(' → ');
}

function noteOf(command: Command, phase: ControlPhase, device: Device): string {
  const { state, message, createdMs, endedMs, deliveredMs, isConfirmed } = command;
  if (state === 'queued') return queuedText(device);
  if (message !== null) return message;
  if (phase === 'sent') return t('control.pending');
  if (state === 'acknowledged' && endedMs !== null) return formatDuration(endedMs - createdMs);
  if (deliveredMs !== null && !isConfirmed) return t('control.unconfirmed');
  if (phase === 'delivered' || phase === 'no-answer') return unansweredText(phase, device.name);
  return '';
}
