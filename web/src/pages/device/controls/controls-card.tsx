/** The widgets of a device: what can be set, and what is shown large. */
import { useState } from 'preact/hooks';
import type { Device, Latest } from '../../../../../hub/contract/device.ts';
import type { Widget } from '../../../../../hub/contract/widget.ts';
import { t } from '../../../i18n/language.ts';
import { Button } from '../../../parts/button.tsx';
import { Card } from '../../../parts/card.tsx';
import { formatMetric, isPin } from '../../../parts/metric.ts';
import { Empty, Whenever } from '../../../parts/states.tsx';
import { currentUser, may } from '../../../session.ts';
import { ControlRow } from './control-row.tsx';
import { useDeviceWidgets } from './device-widgets.ts';
import { CONTROL_KINDS, SHOWN_KINDS } from './widget-draft.ts';
import { WidgetSheet } from './widget-sheet.tsx';

interface ControlsCardProps {
  device: Device;
  latest: Latest['metrics'];
}

/** `null`: a new one of this target; undefined: none. */
type Editing = { widget: Widget | null; target: string } | undefined;

export function ControlsCard(props: ControlsCardProps) {
  const { device, latest } = props;
  const kept = useDeviceWidgets(device.id);
  const [editing, setEditing] = useState<Editing>(undefined);
  const add = (target = ''): void => setEditing({ widget: null, target });
  return (
    <Card
      icon="sliders-horizontal"
      title={t('control.title')}
      end={
        may('widgets.own') && (
          <Button size="sm" icon="plus" onClick={() => add()}>
            {t('control.add')}
          </Button>
        )
      }
    >
      <Whenever state={kept.state.value} onRetry={() => void kept.reload()}>
        {(widgets) => (
          <>
            <Rows {...props} widgets={widgets} onEdit={(widget) => setEditing({ widget, target: '' })} />
            <LoosePins latest={latest} widgets={widgets} onAdd={add} />
          </>
        )}
      </Whenever>
      {editing !== undefined && (
        <WidgetSheet
          device={device}
          widget={editing.widget}
          target={editing.target}
          latest={latest}
          kept={kept}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Card>
  );
}

/** Beside the values: only when there is something to set. */
export function QuickControls({ device, latest }: ControlsCardProps) {
  const state = useDeviceWidgets(device.id).state.value;
  if (state.kind !== 'ready' || state.value.length === 0) return null;
  return (
    <Card icon="sliders-horizontal" title={t('control.title')}>
      <Rows device={device} latest={latest} widgets={state.value} />
    </Card>
  );
}

type RowsProps = ControlsCardProps & { widgets: readonly Widget[]; onEdit?: (widget: Widget) => void };

/** Kinds that a board alone can show are left out. */
function Rows({ device, latest, widgets, onEdit }: RowsProps) {
  const shown = widgets.filter(({ type }) => [...CONTROL_KINDS, ...SHOWN_KINDS].some((kind) => kind === type));
  if (shown.length === 0) {
    return <Empty icon="sliders-horizontal" title={t('control.empty')} text={t('control.emptyText')} />;
  }
  return (
    <div class="controls">
      {shown.map((widget) => (
        <ControlRow
          key={widget.id}
          widget={widget}
          device={device}
          reported={latest[widget.pin ?? widget.metric ?? '']}
          onEdit={onEdit !== undefined && mayChange(widget) ? () => onEdit(widget) : undefined}
        />
      ))}
    </div>
  );
}

const mayChange = ({ owner }: Widget): boolean =>
  may('widgets.manage') || (owner !== null && owner === currentUser.value?.username);

/** Pins the device speaks of that nothing sets yet. */
function LoosePins({
  latest,
  widgets,
  onAdd,
}: {
  latest: Latest['metrics'];
  widgets: readonly Widget[];
  onAdd: (pin: string) => void;
}) {
  const taken = new Set(widgets.map(({ pin, metric }) => pin ?? metric));
  const loose = Object.keys(latest).filter((name) => isPin(name) && !taken.has(name));
  if (loose.length === 0 || !may('widgets.own')) return null;
  return (
    <p class="row wrap loose">
      <span class="note">{t('control.loose')}</span>
      {loose.map((pin) => (
        <Button key={pin} size="sm" icon="plus" onClick={() => onAdd(pin)}>
          {pin} · {formatMetric(pin, latest[pin]?.value ?? '')}
        </Button>
      ))}
    </p>
  );
}
