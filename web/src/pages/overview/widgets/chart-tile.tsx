/** Up to eight measurements as lines over the same hours; what draws them is fetched when a board first has a chart. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { Whenever } from '../../../parts/states.tsx';
import type { ChartDrawing } from './chart-drawing.tsx';
import { TileFrame, TileIcon } from './tile-frame.tsx';
import { useTrail } from './use-trail.ts';
import { CHART_RANGE_S, linesOf } from './widget-kinds.ts';

const POINTS = 200;

export function ChartTile({ spec, area }: { spec: WidgetSpec; area: string }) {
  const drawing = useSignal<{ Drawing: typeof ChartDrawing } | null>(null);
  useEffect(() => {
    void import('./chart-drawing.tsx').then(({ ChartDrawing: Drawing }) => {
      drawing.value = { Drawing };
    });
  }, []);
  const rangeS = spec.options?.rangeS ?? CHART_RANGE_S;
  const trail = useTrail(linesOf(spec), rangeS, POINTS);
  const { Drawing } = drawing.value ?? {};
  return (
    <TileFrame
      name={spec.name}
      icon={<TileIcon name="chart-line" />}
      class={`chart-tile ${area}`}
      end={t('widget.last', { range: formatDuration(rangeS * 1000) })}
    >
      <Whenever state={trail.state.value} onRetry={() => void trail.reload()}>
        {(known) => Drawing !== undefined && <Drawing spec={spec} trail={known} isSmall={area.includes('h2')} />}
      </Whenever>
    </TileFrame>
  );
}
