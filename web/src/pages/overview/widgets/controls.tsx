/** The four controls themselves: where they stand is what the device confirmed; what is wanted is marked as on its way. */
import { useSignal } from '@preact/signals';
import type { MetricValue } from '../../../../../hub/contract/device.ts';
import type { WidgetSpec } from '../../../../../hub/contract/widget.ts';
import { t } from '../../../i18n/language.ts';
import { Button } from '../../../parts/button.tsx';
import { Select } from '../../../parts/choice.tsx';
import { isSame } from './control-state.ts';
import { SLIDER, targetOf } from './widget-kinds.ts';
import { numberOf, valueSentence } from './widget-text.ts';

export interface ControlProps {
  spec: WidgetSpec;
  confirmed: MetricValue | undefined;
  wanted: MetricValue | undefined;
  isDisabled: boolean;
  onSet: (value: MetricValue) => void;
}

export function SwitchControl({ spec, confirmed, wanted, isDisabled, onSet }: ControlProps) {
  const { on = 1, off = 0 } = spec.options ?? {};
  const isOn = isSame(confirmed, on);
  const isWanted = wanted === undefined ? isOn : isSame(wanted, on);
  const word = confirmed === undefined ? 'widget.unknown' : isOn ? 'widget.on' : 'widget.off';
  return (
    <div class="control-row">
      <b class={`v ${wanted === undefined ? '' : 'stale'}`}>{t(word)}</b>
      <button
        type="button"
        class={wanted === undefined ? 'sw big' : 'sw big wait'}
        role="switch"
        aria-checked={isOn}
        aria-label={spec.name}
        disabled={isDisabled}
        onClick={() => onSet(isWanted ? off : on)}
      />
    </div>
  );
}

export function SliderControl({ spec, confirmed, wanted, isDisabled, onSet }: ControlProps) {
  const { min = SLIDER.min, max = SLIDER.max, step = SLIDER.step } = spec.options ?? {};
  const held = useSignal<number | null>(null);
  const metric = targetOf(spec) ?? '';
  const stands = numberOf(confirmed);
  const shown = held.value ?? numberOf(wanted) ?? stands;
  const isPending = held.value !== null || wanted !== undefined;
  return (
    <div class="control-slide">
      <b class={`v num ${isPending ? 'stale' : ''}`}>
        {shown === undefined ? t('widget.unknown') : valueSentence(metric, shown, spec.options)}
      </b>
      <input
        type="range"
        class="range"
        aria-label={spec.name}
        aria-valuetext={shown === undefined ? t('widget.unknown') : valueSentence(metric, shown, spec.options)}
        min={min}
        max={max}
        step={step}
        value={shown ?? min}
        disabled={isDisabled}
        onInput={(event) => {
          held.value = event.currentTarget.valueAsNumber;
        }}
        onChange={(event) => {
          held.value = null;
          onSet(event.currentTarget.valueAsNumber);
        }}
      />
    </div>
  );
}

export function ButtonControl({ spec, wanted, isDisabled, onSet }: ControlProps) {
  const value = spec.options?.value ?? 1;
  return (
    <div class="control-row">
      <Button kind="primary" size="lg" class="wide-btn" disabled={isDisabled} onClick={() => onSet(value)}>
        {wanted === undefined ? t('widget.press') : t('widget.pressAgain')}
      </Button>
    </div>
  );
}

/** No option of its own: nobody knows where it stands. */
const UNKNOWN = '-1';

export function SelectControl({ spec, confirmed, wanted, isDisabled, onSet }: ControlProps) {
  const choices = spec.options?.options ?? [];
  const shown = wanted ?? confirmed;
  const at = shown === undefined ? -1 : choices.findIndex(({ value }) => isSame(shown, value));
  const options = choices.map(({ label }, index) => ({ value: String(index), label }));
  return (
    <div class={`control-row ${wanted === undefined ? '' : 'pending'}`}>
      <Select
        label={spec.name}
        isBare
        value={String(at)}
        options={at === -1 ? [{ value: UNKNOWN, label: t('widget.unknown') }, ...options] : options}
        disabled={isDisabled}
        onChange={(chosen) => {
          const choice = choices[Number(chosen)];
          if (choice !== undefined) onSet(choice.value);
        }}
      />
    </div>
  );
}
