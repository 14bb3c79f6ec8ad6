/** One value, large: as large as its card has room for, never without its end; the whole of it is in its title. */
import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import type { MetricValue } from '../../../hub/contract/device.ts';
import { decimalsOf } from '../i18n/format.ts';
import { formatMetric, metricParts, type Written } from './metric.ts';

interface BigValueProps {
  name: string;
  value: MetricValue;
  written?: Written | undefined;
  class?: string;
  /** After the unit. */
  children?: ComponentChildren;
}

export function BigValue({ name, value, written = {}, class: extra = '', children }: BigValueProps) {
  const least = useDecimals(name, value);
  const { number, unit } = metricParts(name, value, { ...written, least, isShort: true });
  return (
    <p
      class={`v num ${typeof value === 'string' ? 'said-so' : ''} ${extra}`}
      title={formatMetric(name, value, written)}
      style={{ '--n': widthOf(number), '--u': unit.length }}
    >
      {number}
      {unit !== '' && <small>{unit}</small>}
      {children}
    </p>
  );
}

/** In figures; what stands between them is narrow. */
const widthOf = (number: string): number => number.length - 0.5 * (number.match(/[^\p{L}\p{N}]/gu)?.length ?? 0);

/** As many as the metric has ever had here: 21.9, 21.95 and 21 are not of three lengths. */
function useDecimals(name: string, value: MetricValue): number {
  const most = useRef({ name, decimals: 0 });
  if (most.current.name !== name) most.current = { name, decimals: 0 };
  if (typeof value === 'number') most.current.decimals = Math.max(most.current.decimals, decimalsOf(value));
  return most.current.decimals;
}
