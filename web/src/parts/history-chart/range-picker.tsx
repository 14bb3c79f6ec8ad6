/** Choosing what a chart shows: usual ranges, back and on, closer and further, or two moments. Keys `t` … do the same. */
import { useState } from 'preact/hooks';
import { t } from '../../i18n/language.ts';
import { hubNowMs } from '../../state/stats.ts';
import { IconButton } from '../button.tsx';
import { Seg } from '../choice.tsx';
import { useSequence } from '../shortcuts.ts';
import { CustomRange } from './custom-range.tsx';
import { fixedRange, PRESETS, type Preset, shifted, stretchOf, type TimeRange, zoomed } from './time-range.ts';

interface RangePickerProps {
  range: TimeRange;
  onChange: (range: TimeRange) => void;
}

type Choice = Preset | 'custom';

export function RangePicker({ range, onChange }: RangePickerProps) {
  const [isAsking, setAsking] = useState(false);
  const step = (direction: 'in' | 'out') => onChange(zoomed(range, direction, hubNowMs()));
  const shift = (direction: -1 | 1) => onChange(shifted(range, direction, hubNowMs()));
  useSequence('t', {
    ArrowLeft: () => shift(-1),
    ArrowRight: () => shift(1),
    '+': () => step('in'),
    '-': () => step('out'),
    l: () => onChange({ kind: 'moving', preset: 'live' }),
  });
  const choose = (choice: Choice): void => {
    if (choice === 'custom') setAsking(true);
    else onChange({ kind: 'moving', preset: choice });
  };
  const chosen: Choice = range.kind === 'moving' ? range.preset : 'custom';
  return (
    <div class="ranges">
      <Seg<Choice>
        label={t('range.label')}
        class="scroll"
        value={chosen}
        options={[...PRESETS, 'custom' as const].map((value) => ({ value, label: t(`range.${value}`) }))}
        onChange={choose}
      />
      <span class="row">
        <IconButton icon="chevron-left" label={t('range.back')} onClick={() => shift(-1)} />
        <IconButton
          icon="chevron-right"
          label={t('range.on')}
          disabled={range.kind === 'moving'}
          onClick={() => shift(1)}
        />
        <IconButton icon="zoom-out" label={t('range.out')} onClick={() => step('out')} />
      </span>
      {isAsking && (
        <CustomRange
          stretch={stretchOf(range, hubNowMs())}
          onChange={(stretch) => onChange(fixedRange(stretch))}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
