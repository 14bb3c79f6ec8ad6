/** The seconds that are left; never less than none. */
import { useComputed, useSignal } from '@preact/signals';
import { formatDuration } from '../i18n/format.ts';
import { now } from '../state/now.ts';

export function GuardCountdown({ untilMs }: { untilMs: number }) {
  const until = useSignal(untilMs);
  until.value = untilMs;
  const text = useComputed(() => formatDuration(Math.max(1, Math.ceil((until.value - now.value) / 1000)) * 1000));
  return <span class="num">{text}</span>;
}
