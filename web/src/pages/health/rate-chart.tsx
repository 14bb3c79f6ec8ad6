/** Messages in and out in the last hour: a sentence that says it all, a data cursor by arrow keys or pointer, a table. */
import { useMemo, useRef, useState } from 'preact/hooks';
import type { HealthMinute } from '../../../../hub/contract/live.ts';
import { formatClock, formatRate } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { IconButton } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { type CurveFrame, CurvePlot, CurveTable } from '../../parts/curve.tsx';
import { useWidth } from '../../parts/use-width.ts';
import { type RateCurve, type RatePoint, rateCurve } from './rate-curve.ts';

const HEIGHT = 208;
/** Pixels two times need beside each other. */
const ENDS_APART_MIN = 90;
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
  const frame = useMemo(() => ({ width, height: HEIGHT, ...MARGINS }), [width]);
  const curve = useMemo(() => rateCurve(minutes, frame), [minutes, frame]);
  return (
    <figure class="curve" ref={figure}>
      {curve === null ? (
        <p class="muted">{t('health.rateEmpty')}</p>
      ) : (
        <>
          <figcaption>{summaryOf(curve)}</figcaption>
          {isTable ? <RateTable minutes={minutes} /> : <RatePlot curve={curve} frame={frame} />}
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

function RatePlot({ curve, frame }: { curve: RateCurve; frame: CurveFrame }) {
  return (
    <CurvePlot
      frame={frame}
      points={curve.points}
      ticks={curve.ticks.map(({ value, y }) => ({ y, text: formatRate(value) }))}
      ends={endsOf(curve)}
      label={`${t('health.rate')}. ${t('health.rateHint')}`}
      sentence={minuteSentence}
      marks={({ inY, outY }) => [{ y: inY }, { y: outY, class: 'out' }]}
      names={[t('health.in'), t('health.out')]}
    >
      <path class="wash" d={curve.inArea} />
      <path class="record" d={curve.outLine} />
      <path class="ln" d={curve.inLine} />
    </CurvePlot>
  );
}

/** The first time is left out where it would run into the last. */
function endsOf({ points }: RateCurve): { x: number; text: string; anchor: 'start' | 'end' }[] {
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return [];
  const end = { x: last.x, text: formatClock(last.minute.atMs), anchor: 'end' as const };
  const start = { x: first.x, text: formatClock(first.minute.atMs), anchor: 'start' as const };
  return last.x - first.x > ENDS_APART_MIN ? [start, end] : [end];
}

function RateTable({ minutes }: { minutes: readonly HealthMinute[] }) {
  return (
    <CurveTable
      label={t('health.rateTable')}
      height={HEIGHT}
      columns={[t('health.minute'), t('health.in'), t('health.out')]}
      rows={minutes.toReversed().map(({ atMs, inPerS, outPerS }) => ({
        key: atMs,
        cells: [formatClock(atMs), formatRate(inPerS), formatRate(outPerS)],
      }))}
    />
  );
}

function minuteSentence({ minute: { atMs, inPerS, outPerS } }: RatePoint): string {
  return t('health.rateMinute', { time: formatClock(atMs), in: formatRate(inPerS), out: formatRate(outPerS) });
}
