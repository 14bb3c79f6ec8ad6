/** A spark line with its wash; decoration beside a number that says the same, so hidden from screen readers. */
import { useId } from 'preact/hooks';
import { SPARK_HEIGHT, SPARK_WIDTH, sparkPaths } from './spark-path.ts';

interface SparkProps {
  /** Oldest first. */
  values: readonly number[];
  /** Of what is on or off. */
  isStepped?: boolean;
  class?: string;
}

export function Spark({ values, isStepped, class: className = 'spark' }: SparkProps) {
  const wash = useId();
  const paths = sparkPaths(values, isStepped);
  return (
    <svg class={className} viewBox={`0 0 ${SPARK_WIDTH} ${SPARK_HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      {paths && (
        <>
          <linearGradient id={wash} x1="0" y1="0" x2="0" y2="1">
            <stop class="wash-top" offset="0" />
            <stop class="wash-end" offset="1" />
          </linearGradient>
          <path d={paths.area} fill={`url(#${wash})`} />
          <path class="ln" d={paths.line} />
        </>
      )}
    </svg>
  );
}
