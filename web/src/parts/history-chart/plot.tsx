/** One drawing: uPlot in its place, fetched when it is first needed, fed with data and kept to its size and theme. */
import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import { type Extras, plotOptions } from './plot-options.ts';
import { alignedOf, type ChartSeries } from './series.ts';
import type { Stretch } from './time-range.ts';
import { followFingers } from './touch-cursor.ts';

/** A drag shorter than this is a press. */
const SELECT_MIN_PX = 8;

export interface PlotProps {
  panel: readonly ChartSeries[];
  stretch: Stretch;
  width: number;
  height: number;
  extras: Extras;
  cursorMs: number | null;
  onCursor: (atMs: number | null) => void;
  onZoom: (stretch: Stretch) => void;
  onOut: () => void;
}

export function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const { panel, stretch, width, height, extras, cursorMs } = props;
  // another line, colour or language needs another drawing; new data does not
  const look = panel
    .map((one) => `${one.key} ${one.unit} ${one.colour} ${one.isSwitch} ${one.format(0)} ${one.least} ${one.most}`)
    .join('\n');
  useEffect(() => {
    let isGone = false;
    let stop: (() => void) | undefined;
    void import('uplot').then(({ default: uplot }) => {
      if (isGone || place.current === null) return;
      plot.current = makePlot(uplot, place.current, latest);
      stop = followTheme(plot.current);
    });
    return () => {
      isGone = true;
      stop?.();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [look]);
  useEffect(() => plot.current?.setSize({ width, height }), [width, height]);
  useEffect(() => {
    if (plot.current !== null) feed(plot.current, latest.current);
  }, [panel, stretch, extras]);
  useEffect(() => {
    if (plot.current !== null) pointTo(plot.current, cursorMs);
  }, [cursorMs]);
  return <div class="plot-place" ref={place} style={{ height: `${height}px` }} aria-hidden="true" />;
}

function makePlot(uplot: typeof uPlot, place: HTMLElement, latest: { readonly current: PlotProps }): uPlot {
  const { panel, width, height } = latest.current;
  const options = plotOptions(uplot, panel, {
    width,
    height,
    extras: () => latest.current.extras,
    onCursor: (plot) => latest.current.onCursor(timeUnder(plot)),
    onSelect: (plot) => select(plot, latest.current.onZoom),
    onOut: () => latest.current.onOut(),
  });
  const made = new uplot(options, [[], ...panel.flatMap(() => [[], [], []])], place);
  feed(made, latest.current);
  followFingers(made.over, (x) => made.setCursor({ left: x ?? -1, top: x === null ? -1 : 0 }));
  return made;
}

function feed(plot: uPlot, { panel, stretch, cursorMs }: PlotProps): void {
  const { xs, rows } = alignedOf(panel);
  plot.batch(() => {
    plot.setData([xs, ...rows], false);
    plot.setScale('x', { min: stretch.fromMs, max: stretch.toMs });
  });
  pointTo(plot, cursorMs);
}

/** The time of the point under the cursor. */
function timeUnder(plot: uPlot): number | null {
  const { left = -1, idx } = plot.cursor;
  return left < 0 || idx === null || idx === undefined ? null : (plot.data[0][idx] ?? null);
}

/** Moves the cursor unless it is there already: a mouse between two points is at the nearer one. */
function pointTo(plot: uPlot, atMs: number | null): void {
  if (timeUnder(plot) === atMs) return;
  const left = atMs === null ? -1 : plot.valToPos(atMs, 'x');
  plot.setCursor({ left, top: atMs === null ? -1 : 0 }, false);
}

function select(plot: uPlot, onZoom: PlotProps['onZoom']): void {
  const { left, width } = plot.select;
  if (width < SELECT_MIN_PX) return;
  onZoom({ fromMs: plot.posToVal(left, 'x'), toMs: plot.posToVal(left + width, 'x') });
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
}

/** Colours are asked for at every drawing: another theme only needs a new one. */
function followTheme(plot: uPlot): () => void {
  const observer = new MutationObserver(() => plot.redraw(false));
  observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
