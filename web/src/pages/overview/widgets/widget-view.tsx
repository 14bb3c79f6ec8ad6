/** One widget, whatever its kind; or that what it showed is gone. */
import type { TileSize } from '../../../../../hub/contract/board.ts';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { t } from '../../../i18n/language.ts';
import { Button } from '../../../parts/button.tsx';
import { devicesLoading } from '../../../state/devices.ts';
import { ChartTile } from './chart-tile.tsx';
import { ControlTile } from './control-tile.tsx';
import { EventsTile } from './events-tile.tsx';
import { LeaderboardTile } from './leaderboard-tile.tsx';
import { PulseTile } from './pulse-tile.tsx';
import { TextTile } from './text-tile.tsx';
import { TILE_AREA, TileFrame, TileIcon } from './tile-frame.tsx';
import { useTileDevice } from './use-value.ts';
import { GaugeTile, ValueTile, VitalsTile } from './value-tile.tsx';
import { HEART_RATE, SPO2, targetOf, WIDGET_KINDS } from './widget-kinds.ts';

export interface WidgetViewProps {
  spec: WidgetSpec;
  size: TileSize;
  /** What can be done about a widget that shows nothing any more; null: this person cannot. */
  onRepair: { edit: () => void; remove: () => void } | null;
}

export function WidgetView(props: WidgetViewProps) {
  const { spec, size } = props;
  const area = TILE_AREA[size];
  switch (spec.type) {
    case 'chart':
      return <ChartTile spec={spec} area={area} />;
    case 'text':
      return <TextTile spec={spec} area={area} />;
    case 'pulse-wall':
      return <PulseTile spec={spec} area={area} size={size} />;
    case 'events':
      return <EventsTile spec={spec} area={area} size={size} />;
    case 'leaderboard':
      return <LeaderboardTile spec={spec} area={area} size={size} />;
    default:
      return <OfDevice {...props} deviceId={spec.deviceId ?? ''} area={area} />;
  }
}

function OfDevice({ deviceId, area, ...props }: WidgetViewProps & { deviceId: string; area: string }) {
  const { spec } = props;
  const device = useTileDevice(deviceId);
  if (device === undefined && devicesLoading.value.kind === 'ready') {
    return <GoneTile {...props} deviceId={deviceId} area={area} />;
  }
  const shown = { spec, deviceId, area, metric: targetOf(spec) ?? '' };
  switch (spec.type) {
    case 'gauge':
      return <GaugeTile {...shown} />;
    case 'vitals': {
      const { heartRate = HEART_RATE, spo2 = SPO2 } = spec.options ?? {};
      return <VitalsTile {...shown} metrics={[heartRate, spo2]} />;
    }
    case 'switch':
    case 'slider':
    case 'button':
    case 'select':
      return <ControlTile {...shown} type={spec.type} />;
    default:
      return <ValueTile {...shown} />;
  }
}

/** Its device was deleted. */
function GoneTile({ spec, deviceId, area, onRepair }: WidgetViewProps & { deviceId: string; area: string }) {
  return (
    <TileFrame name={spec.name} icon={<TileIcon name={WIDGET_KINDS[spec.type].icon} />} class={`gone ${area}`}>
      <p class="muted">{t('widget.deviceGone', { device: deviceId })}</p>
      {onRepair !== null && (
        <div class="row wrap foot">
          <Button size="sm" icon="pencil" onClick={onRepair.edit}>
            {t('board.tile.edit')}
          </Button>
          <Button size="sm" icon="trash-2" onClick={onRepair.remove}>
            {t('board.tile.remove')}
          </Button>
        </div>
      )}
    </TileFrame>
  );
}
