/** What every curve has around its lines: a grid, a data cursor by arrow keys or pointer that is read out, a key, a table. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { cursorAfter, nearestPoint } from './curve-cursor.ts';

/** Where the lines lie in the drawing, in CSS pixels. */
export interface CurveFrame {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface CurvePlotProps<Point> {
  frame: CurveFrame;
  /** At least one, from left to right. */
  points: readonly Point[];
  /** Grid lines, and what is written beside them. */
  ticks: readonly { y: number; text: string }[];
  /** Written below the drawing. */
  ends: readonly { x: number; text: string; anchor: 'start' | 'end' }[];
  label: string;
  /** What the point says; read out, and shown while the cursor is on it. */
  sentence: (point: Point) => string;
  /** The heights at which the cursor marks its point, and their classes. */
  marks: (point: Point) => readonly { y: number; class?: string }[];
  /** The names of the lines, in the order of their colours. */
  names: readonly string[];
  children: ComponentChildren;
}

/** The data cursor is a slider over the points: keys move it and its value text is read out. */
export function CurvePlot<Point extends { x: number }>(props: CurvePlotProps<Point>) {
  const { frame, points, label, sentence, marks, names } = props;
  const [cursor, setCursor] = useState<number | null>(null);
  const last = points.length - 1;
  const at = cursor === null ? null : Math.min(cursor, last);
  const chosen = at === null ? undefined : points[at];
  const spoken = points[at ?? last];
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
        aria-label={label}
        aria-valuemin={1}
        aria-valuemax={points.length}
        aria-valuenow={(at ?? last) + 1}
        aria-valuetext={spoken && sentence(spoken)}
        onKeyDown={onKeyDown}
        onPointerMove={(event) => setCursor(nearestPoint(points, event.offsetX))}
        onPointerLeave={() => setCursor(null)}
        onBlur={() => setCursor(null)}
      >
        <svg class="chart" viewBox={`0 0 ${frame.width} ${frame.height}`} height={frame.height} aria-hidden="true">
          <Grid {...props} />
          {props.children}
          {chosen && <path class="cur" d={`M${chosen.x} ${frame.top}V${frame.height - frame.bottom}`} />}
          {chosen &&
            marks(chosen).map((mark) => (
              <circle key={mark.class} class={`at ${mark.class ?? ''}`} cx={chosen.x} cy={mark.y} r="4.5" />
            ))}
        </svg>
      </div>
      <p class="curve-note num">{chosen ? sentence(chosen) : <CurveKey names={names} />}</p>
    </>
  );
}

function Grid({ frame, ticks, ends }: Pick<CurvePlotProps<never>, 'frame' | 'ticks' | 'ends'>) {
  return (
    <g>
      {ticks.map(({ y, text }) => (
        <g key={text}>
          <path class="g" d={`M${frame.left} ${Math.round(y) + 0.5}H${frame.width - frame.right}`} />
          <text x={frame.left - 8} y={y + 4} text-anchor="end">
            {text}
          </text>
        </g>
      ))}
      {ends.map(({ x, text, anchor }) => (
        <text key={anchor} x={x} y={frame.height - 6} text-anchor={anchor}>
          {text}
        </text>
      ))}
    </g>
  );
}

function CurveKey({ names }: { names: readonly string[] }) {
  return (
    <span class="row">
      {names.map((name, at) => (
        <span key={name} class="key" style={{ '--c': `var(--c${at + 1})` }}>
          {name}
        </span>
      ))}
    </span>
  );
}

interface CurveTableProps {
  label: string;
  height: number;
  columns: readonly string[];
  /** In the order they are shown; a time or id makes the key. */
  rows: readonly { key: number; cells: readonly string[] }[];
}

/** The same as numbers; all columns but the first are set to the right. */
export function CurveTable({ label, height, columns, rows }: CurveTableProps) {
  const side = (at: number): string | undefined => (at === 0 ? undefined : 'r');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="scroll" tabIndex={0} aria-label={label} style={{ height: `${height}px` }}>
      <table class="tbl num">
        <thead>
          <tr>
            {columns.map((column, at) => (
              <th key={column} class={side(at)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, at) => (
                <td key={columns[at]} class={side(at)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
