/** A run of numbers as the two SVG paths of a spark line: the line and the wash under it. Pure. */

export const SPARK_WIDTH = 300;
export const SPARK_HEIGHT = 58;
/** Room above and below so that the stroke is not cut off. */
const MARGIN = 4;

export interface SparkPaths {
  line: string;
  area: string;
}

/**
 * Values oldest first; fewer than two give nothing to draw. A flat run lies in the middle. The line claims nothing
 * between two values: it is straight, and of what is on or off it stays where it was (`isStepped`).
 */
export function sparkPaths(values: readonly number[], isStepped = false): SparkPaths | null {
  if (values.length < 2) return null;
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const step = SPARK_WIDTH / (values.length - 1);
  const y = (value: number): number =>
    span === 0 ? SPARK_HEIGHT / 2 : MARGIN + (1 - (value - low) / span) * (SPARK_HEIGHT - 2 * MARGIN);
  let line = '';
  values.forEach((value, at) => {
    const x = round(at * step);
    if (at === 0) line = `M0 ${round(y(value))}`;
    else line += isStepped ? `H${x}V${round(y(value))}` : `L${x} ${round(y(value))}`;
  });
  return { line, area: `${line}L${SPARK_WIDTH} ${SPARK_HEIGHT}L0 ${SPARK_HEIGHT}Z` };
}

const round = (value: number): number => Math.round(value * 10) / 10;
