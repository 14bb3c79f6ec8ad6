/** A player's games as a curve: a sentence that says it all, a data cursor by arrow keys or pointer, and a table. */
import { useMemo, useRef } from 'preact/hooks';
import type { Score } from '../../../../hub/contract/score.ts';
import { formatClock, formatDay, formatFull, formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { type CurveFrame, CurvePlot, CurveTable } from '../../parts/curve.tsx';
import { useWidth } from '../../parts/use-width.ts';
import { SCORES_SHOWN_MAX } from '../../state/score-list.ts';
import { type Curve, playerCurve } from './curve.ts';

const HEIGHT = 232;
/** More dots than this run into each other. */
const DOTS_MAX = 60;
const MARGINS = { left: 30, right: 12, top: 12, bottom: 26 };

interface PlayerCurveProps {
  player: string;
  games: readonly Score[];
  isTable: boolean;
}

export function PlayerCurve({ player, games, isTable }: PlayerCurveProps) {
  const figure = useRef<HTMLElement>(null);
  const width = useWidth(figure, 640);
  const frame = useMemo(() => ({ width, height: HEIGHT, ...MARGINS }), [width]);
  const curve = useMemo(() => playerCurve(games, frame), [games, frame]);
  return (
    <figure class="curve" ref={figure}>
      {curve === null ? (
        <p class="muted">{t('scores.curveEmpty')}</p>
      ) : (
        <>
          <figcaption>{curveSummary(player, curve)}</figcaption>
          {isTable ? <GamesTable curve={curve} /> : <GamesPlot curve={curve} frame={frame} player={player} />}
        </>
      )}
    </figure>
  );
}

/** "lea played 24 games, best 18, average 9.5, getting better by 2.1." */
export function curveSummary(player: string, { points, best, average, trend }: Curve): string {
  const change = trend === null || Math.abs(trend) < 0.5 ? '' : trend > 0 ? 'scores.curveBetter' : 'scores.curveWorse';
  // more games than a list answers: the curve is of the last ones
  const key = points.length < SCORES_SHOWN_MAX ? 'scores.curveSummary' : 'scores.curveSummaryLast';
  return t(key, {
    count: points.length,
    player,
    best,
    average: formatNumber(Math.round(average * 10) / 10),
    trend: change === '' ? '' : t(change, { trend: formatNumber(Math.round(Math.abs(trend ?? 0) * 10) / 10) }),
  });
}

function GamesPlot({ curve, frame, player }: { curve: Curve; frame: CurveFrame; player: string }) {
  const { points } = curve;
  const count = points.length;
  return (
    <CurvePlot
      frame={frame}
      points={points}
      ticks={curve.ticks.map(({ value, y }) => ({ y, text: formatNumber(value) }))}
      ends={endsOf(curve, frame)}
      label={`${t('scores.curve', { player })}. ${t('scores.curveHint')}`}
      sentence={({ game, score, record, atMs }) =>
        t('scores.curveGame', { at: game, count, score, record, time: formatFull(atMs) })
      }
      marks={({ y }) => [{ y }]}
      names={[t('scores.curveScore'), t('scores.curveRecord')]}
    >
      <path class="wash" d={curve.area} />
      <path class="record" d={curve.recordLine} />
      <path class="ln" d={curve.line} />
      {count < DOTS_MAX && points.map(({ x, y }) => <circle key={x} class="dot" cx={x} cy={y} r="2.5" />)}
    </CurvePlot>
  );
}

function endsOf({ points }: Curve, frame: CurveFrame): { x: number; text: string; anchor: 'start' | 'end' }[] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined || first === last) return [];
  const isOneDay = new Date(first.atMs).toDateString() === new Date(last.atMs).toDateString();
  const textOf = (atMs: number): string => (isOneDay ? formatClock(atMs) : formatDay(atMs, last.atMs));
  return [
    { x: frame.left, text: textOf(first.atMs), anchor: 'start' },
    { x: frame.width - frame.right, text: textOf(last.atMs), anchor: 'end' },
  ];
}

function GamesTable({ curve }: { curve: Curve }) {
  return (
    <CurveTable
      label={t('scores.curveTable')}
      height={HEIGHT}
      columns={[t('scores.column.time'), t('scores.curveScore'), t('scores.curveRecord')]}
      rows={curve.points.toReversed().map(({ game, atMs, score, record }) => ({
        key: game,
        cells: [formatFull(atMs), formatNumber(score), formatNumber(record)],
      }))}
    />
  );
}
