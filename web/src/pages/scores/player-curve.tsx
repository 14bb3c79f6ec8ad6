/** A player's games as a curve: a sentence that says it all, a data cursor by arrow keys or pointer, and a table. */
import { useMemo, useRef, useState } from 'preact/hooks';
import type { Score } from '../../../../hub/contract/score.ts';
import { formatDay, formatFull, formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { cursorAfter, nearestPoint } from '../../parts/curve-cursor.ts';
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
  const curve = useMemo(() => playerCurve(games, { width, height: HEIGHT, ...MARGINS }), [games, width]);
  return (
    <figure class="curve" ref={figure}>
      {curve === null ? (
        <p class="muted">{t('scores.curveEmpty')}</p>
      ) : (
        <>
          <figcaption>{curveSummary(player, curve)}</figcaption>
          {isTable ? <CurveTable curve={curve} /> : <CurvePlot curve={curve} width={width} player={player} />}
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

/** The data cursor is a slider over the games: arrow keys move it and its value text is read out. */
function CurvePlot({ curve, width, player }: { curve: Curve; width: number; player: string }) {
  const [cursor, setCursor] = useState<number | null>(null);
  const { points } = curve;
  const last = points.length - 1;
  const at = cursor === null ? null : Math.min(cursor, last);
  const point = at === null ? undefined : points[at];
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = cursorAfter(event.key, at ?? points.length, points.length);
    if (next === undefined) return;
    event.preventDefault();
    setCursor(next);
  };
  return (
    <>
      <div
        class="plot"
        role="slider"
        tabIndex={0}
        aria-label={`${t('scores.curve', { player })}. ${t('scores.curveHint')}`}
        aria-valuemin={1}
        aria-valuemax={points.length}
        aria-valuenow={(at ?? last) + 1}
        aria-valuetext={gameSentence(curve, at ?? last)}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setCursor(nearestPoint(points, event.offsetX))}
        onPointerLeave={() => setCursor(null)}
        onBlur={() => setCursor(null)}
      >
        <svg class="chart" viewBox={`0 0 ${width} ${HEIGHT}`} height={HEIGHT} aria-hidden="true">
          <Ground curve={curve} width={width} />
          <path class="wash" d={curve.area} />
          <path class="record" d={curve.recordLine} />
          <path class="ln" d={curve.line} />
          {points.length < DOTS_MAX && points.map(({ x, y }) => <circle key={x} class="dot" cx={x} cy={y} r="2.5" />)}
          {point && (
            <>
              <path class="cur" d={`M${point.x} ${MARGINS.top}V${HEIGHT - MARGINS.bottom}`} />
              <circle class="at" cx={point.x} cy={point.y} r="5" />
            </>
          )}
        </svg>
      </div>
      <p class="curve-note num">{point && at !== null ? gameSentence(curve, at) : <CurveKey />}</p>
    </>
  );
}

function Ground({ curve, width }: { curve: Curve; width: number }) {
  const first = curve.points[0];
  const last = curve.points.at(-1);
  const nowMs = last?.atMs ?? 0;
  return (
    <g>
      {curve.ticks.map(({ value, y }) => (
        <g key={value}>
          <path class="g" d={`M${MARGINS.left} ${Math.round(y) + 0.5}H${width - MARGINS.right}`} />
          <text x={MARGINS.left - 8} y={y + 4} text-anchor="end">
            {value}
          </text>
        </g>
      ))}
      {first && last && first !== last && (
        <>
          <text x={MARGINS.left} y={HEIGHT - 6}>
            {formatDay(first.atMs, nowMs)}
          </text>
          <text x={width - MARGINS.right} y={HEIGHT - 6} text-anchor="end">
            {formatDay(last.atMs, nowMs)}
          </text>
        </>
      )}
    </g>
  );
}

function CurveKey() {
  return (
    <span class="row">
      <span class="key" style={{ '--c': 'var(--c1)' }}>
        {t('scores.curveScore')}
      </span>
      <span class="key" style={{ '--c': 'var(--c2)' }}>
        {t('scores.curveRecord')}
      </span>
    </span>
  );
}

function CurveTable({ curve }: { curve: Curve }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={t('scores.curveTable')} style={{ height: `${HEIGHT}px` }}>
      <table class="tbl num">
        <thead>
          <tr>
            <th>{t('scores.column.time')}</th>
            <th class="r">{t('scores.curveScore')}</th>
            <th class="r">{t('scores.curveRecord')}</th>
          </tr>
        </thead>
        <tbody>
          {curve.points.toReversed().map((point) => (
            <tr key={point.atMs}>
              <td>{formatFull(point.atMs)}</td>
              <td class="r">{point.score}</td>
              <td class="r">{point.record}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function gameSentence({ points }: Curve, at: number): string {
  const point = points[at];
  if (point === undefined) return '';
  return t('scores.curveGame', {
    at: at + 1,
    count: points.length,
    score: point.score,
    record: point.record,
    time: formatFull(point.atMs),
  });
}
