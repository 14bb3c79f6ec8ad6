/** The pulse of a device: 60 marks of two minutes as one SVG path per colour; its label names the longest gap. */
import { useMemo } from 'preact/hooks';
import { formatDuration, formatPercent, formatRelative } from '../i18n/format.ts';
import { language, t } from '../i18n/language.ts';
import { PULSE_HEIGHT, PULSE_WIDTH, type PulseReading, readPulse } from './pulse-marks.ts';

interface PulseProps {
  /** Oldest first: o heard, w late, b missed, z asleep, n not known. */
  marks: string;
  class?: string;
}

export function Pulse({ marks, class: className = '' }: PulseProps) {
  const speech = language.value;
  // the label is a sentence, so it follows the language
  const { paths, label } = useMemo(() => {
    const reading = readPulse(marks);
    return { paths: reading.paths, label: pulseLabel(reading) };
  }, [marks, speech]);
  return (
    <svg
      class={`pb ${className}`}
      viewBox={`0 0 ${PULSE_WIDTH} ${PULSE_HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      data-tip={label}
    >
      {paths.map(({ mark, d }) => (
        <path key={mark} class={mark} d={d} />
      ))}
    </svg>
  );
}

/** "Pulse of the last two hours: heard 99 % of the time. Longest gap 6 min, ended 2 h ago." */
export function pulseLabel({ heard, gap }: PulseReading): string {
  return t('pulse.label', {
    heard: heard === null ? t('pulse.unknown') : t('pulse.heard', { share: formatPercent(heard) }),
    gap: heard === null ? '' : gapSentence(gap),
  }).trim();
}

function gapSentence(gap: PulseReading['gap']): string {
  if (gap === null) return t('pulse.noGap');
  const length = formatDuration(gap.lengthMs);
  if (gap.endedMs === 0) return t('pulse.gapLasting', { length });
  return t('pulse.gapEnded', { length, ago: formatRelative(-gap.endedMs, 0) });
}
