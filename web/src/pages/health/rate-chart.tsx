/** Messages in and out in the last hour: a sentence that says it all, a data cursor by arrow keys or pointer, a table. */
import { useMemo, useRef, useState } from 'preact/hooks';
import type { HealthMinute } from '../../../../hub/contract/live.ts';
import { formatClock, formatRate } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { IconButton } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { cursorAfter, nearestPoint } from '../../parts/curve-cursor.ts';
import { useWidth } from '../../parts/use-width.ts';
import { type RateCurve, rateCurve } from './rate-curve.ts';

const HEIGHT = 208;
const MARGINS = { left: 44, right: 12, top: 12, bottom: 26 };

export function RateCard({ minutes }: { minutes: readonly HealthMinute[] }) {
  const [isTable, setTable] = useState(false);
  const toggle = (
    <IconButton
      icon="table-2"
      size="sm"
      kind={isTable ? 'plain' : 'ghost'}
      label={t('health.rateTable')}
      pressed={isTable}
      onClick={() => setTable(!isTable)}
    />
  );
  return (
    <Card class="rates" icon="activity" title={t('health.rate')} end={toggle}>
      <RateFigure minutes={minutes} isTable={isTable} />
    </Card>
  );
}

function RateFigure({ minutes, isTable }: { minutes: readonly HealthMinute[]; isTable: boolean }) {
  const figure = useRef<HTMLElement>(null);
  const width = useWidth(figure, 640);
  const curve = useMemo(() => rateCurve(minutes, { width, height: HEIGHT, ...MARGINS }), [minutes, width]);
  return (
    <figure class="curve" ref={figure}>
      {curve === null ? (
        <p class="muted">{t('health.rateEmpty')}</p>
      ) : (
        <>
          <figcaption>{summaryOf(curve)}</figcaption>
          {isTable ? <RateTable minutes={minutes} /> : <RatePlot curve={curve} width={width} />}
        </>
      )}
    </figure>
  );
}

/** "In the last 42 minutes 3.1 messages a second came in and 9.4 went out; the busiest minute was 14:02." */
function summaryOf({ points, inPerS, outPerS, busiest }: RateCurve): string {
  return t('health.rateSummary', {
    count: points.length,
    in: formatRate(inPerS),
    out: formatRate(outPerS),
    time: formatClock(busiest.atMs),
  });
}

/** The data cursor is a slider over the minutes: arrow keys move it and its value text is read out. */
function RatePlot({ curve, width }: { curve: RateCurve; width: number }) {
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
        aria-label={`${t('health.rate')}. ${t('health.rateHint')}`}
        aria-valuemin={1}
        aria-valuemax={points.length}
        aria-valuenow={(at ?? last) + 1}
        aria-valuetext={minuteSentence(curve, at ?? last)}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setCursor(nearestPoint(points, event.offsetX))}
        onPointerLeave={() => setCursor(null)}
        onBlur={() => setCursor(null)}
      >
        <svg class="chart" viewBox={`0 0 ${width} ${HEIGHT}`} height={HEIGHT} aria-hidden="true">
          <Ground curve={curve} width={width} />
          <path class="wash" d={curve.inArea} />
          <path class="record" d={curve.outLine} />
          <path class="ln" d={curve.inLine} />
          {point && (
            <>
              <path class="cur" d={`M${point.x} ${MARGINS.top}V${HEIGHT - MARGINS.bottom}`} />
              <circle class="at" cx={point.x} cy={point.inY} r="4.5" />
              <circle class="at out" cx={point.x} cy={point.outY} r="4.5" />
            </>
          )}
        </svg>
      </div>
      <p class="curve-note num">{point && at !== null ? minuteSentence(curve, at) : <RateKey />}</p>
    </>
  );
}

function Ground({ curve, width }: { curve: RateCurve; width: number }) {
  const first = curve.points[0];
  const last = curve.points.at(-1);
  return (
    <g>
      {curve.ticks.map(({ value, y }) => (
        <g key={value}>
          <path class="g" d={`M${MARGINS.left} ${Math.round(y) + 0.5}H${width - MARGINS.right}`} />
          <text x={MARGINS.left - 8} y={y + 4} text-anchor="end">
            {formatRate(value)}
          </text>
        </g>
      ))}
      {first && last && (
        <>
          {last.x - first.x > 90 && (
            <text x={first.x} y={HEIGHT - 6}>
              {formatClock(first.minute.atMs)}
            </text>
          )}
          <text x={width - MARGINS.right} y={HEIGHT - 6} text-anchor="end">
            {formatClock(last.minute.atMs)}
          </text>
        </>
      )}
    </g>
  );
}

function RateKey() {
  return (
    <span class="row">
      <span class="key" style={{ '--c': 'var(--c1)' }}>
        {t('health.in')}
      </span>
      <span class="key" style={{ '--c': 'var(--c2)' }}>
        {t('health.out')}
      </span>
    </span>
  );
}

function RateTable({ minutes }: { minutes: readonly HealthMinute[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={t('health.rateTable')} style={{ height: `${HEIGHT}px` }}>
      <table class="tbl num">
        <thead>
          <tr>
            <th>{t('health.minute')}</th>
            <th class="r">{t('health.in')}</th>
            <th class="r">{t('health.out')}</th>
          </tr>
        </thead>
        <tbody>
          {minutes.toReversed().map(({ atMs, inPerS, outPerS }) => (
            <tr key={atMs}>
              <td>{formatClock(atMs)}</td>
              <td class="r">{formatRate(inPerS)}</td>
              <td class="r">{formatRate(outPerS)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function minuteSentence({ points }: RateCurve, at: number): string {
  const point = points[at];
  if (point === undefined) return '';
  const { atMs, inPerS, outPerS } = point.minute;
  return t('health.rateMinute', { time: formatClock(atMs), in: formatRate(inPerS), out: formatRate(outPerS) });
}
