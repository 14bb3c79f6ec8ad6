/** The lines of a chart tile as the history of a device is drawn; a stretch that was dragged over is shown in their place. */
import { useMemo, useState } from 'preact/hooks';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { HistoryChart } from '../../../parts/history-chart/history-chart.tsx';
import type { Stretch } from '../../../parts/history-chart/time-range.ts';
import { fleet } from '../../../state/devices.ts';
import { chartSeries } from './chart-series.ts';
import type { Trail } from './use-trail.ts';
import { linesOf } from './widget-kinds.ts';

/** Of all drawings together. */
const HEIGHT = 236;
const HEIGHT_SMALL = 84;

export function ChartDrawing({ spec, trail, isSmall }: { spec: WidgetSpec; trail: Trail; isSmall: boolean }) {
  const [zoom, setZoom] = useState<Stretch | null>(null);
  const lines = linesOf(spec);
  const names = lines.map(({ deviceId }) => fleet.name(deviceId).value);
  const series = useMemo(() => chartSeries(spec, trail.series, names), [trail, JSON.stringify([spec, names])]);
  const whole = useMemo(() => ({ fromMs: trail.fromMs, toMs: trail.toMs }), [trail]);
  const stretch = zoom ?? whole;
  const closer = (): Stretch => ({ ...stretch, fromMs: (stretch.fromMs + stretch.toMs) / 2 });
  return (
    <HistoryChart
      label={spec.name}
      series={series}
      stretch={stretch}
      height={isSmall ? HEIGHT_SMALL : HEIGHT}
      isShort
      onZoom={setZoom}
      onStep={(direction) => setZoom(direction === 'in' ? closer() : null)}
    />
  );
}
