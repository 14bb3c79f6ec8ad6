/** A moment, said relatively and ticking; the exact time is in its tooltip. Only its text changes, when it changes. */
import { useComputed, useSignal } from '@preact/signals';
import { formatFull, formatRelative } from '../i18n/format.ts';
import { now } from '../state/now.ts';

export function Time({ atMs, isAhead = false }: { atMs: number; isAhead?: boolean }) {
  const at = useSignal(atMs);
  at.value = atMs;
  // the hub's clock may be a little ahead of ours: what has happened did not happen "in 1 s"
  const text = useComputed(() => formatRelative(at.value, isAhead ? now.value : Math.max(now.value, at.value)));
  return (
    <time dateTime={new Date(atMs).toISOString()} data-tip={formatFull(atMs)}>
      {text}
    </time>
  );
}
