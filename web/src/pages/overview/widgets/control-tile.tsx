/** A control on a tile: what it is in large, what to press, and how far the last press has come. */
import type { ControlType } from '../../../../../hub/contract/widget.ts';
import { ControlInput } from '../../../parts/controls/control-input.tsx';
import { ControlNote } from '../../../parts/controls/control-note.tsx';
import { useControl, wordOf } from '../../../parts/controls/use-control.ts';
import { Freshness, TileFrame, TileIcon } from './tile-frame.tsx';
import { useValue } from './use-value.ts';
import type { DeviceTileProps } from './value-tile.tsx';
import { WIDGET_KINDS } from './widget-kinds.ts';
import { colourOf } from './widget-text.ts';

export function ControlTile({ spec, deviceId, metric, area, type }: DeviceTileProps & { type: ControlType }) {
  const { device, value } = useValue(deviceId, metric);
  const control = useControl(spec, device, value);
  return (
    <TileFrame
      name={spec.name}
      icon={<TileIcon name={WIDGET_KINDS[type].icon} />}
      colour={colourOf(metric)}
      class={`control ${area}`}
      end={<Freshness device={device} value={value} />}
    >
      <div class={`control-row ${type}`}>
        {(type === 'switch' || type === 'slider') && (
          <b class={`v num ${control.isPending ? 'stale' : ''}`}>{wordOf(spec, control.shown)}</b>
        )}
        <ControlInput control={control} />
      </div>
      <ControlNote control={control} />
    </TileFrame>
  );
}
