/** The options a kind of widget has, each as the field it needs. */
import type { ComponentChildren } from 'preact';
import { WIDGET_TEXT_LENGTH_MAX } from '../../../../../hub/contract/limits.ts';
import type { WidgetOptions } from '../../../../../hub/contract/widget.ts';
import { formatDuration } from '../../../i18n/format.ts';
import { t } from '../../../i18n/language.ts';
import { Checkbox, Select } from '../../../parts/choice.tsx';
import { Field } from '../../../parts/field.tsx';
import { TextArea } from '../../../parts/text-area.tsx';
import { CHART_RANGE_S, HEART_RATE, SPARK_RANGE_S, SPO2, WIDGET_KINDS } from '../widgets/widget-kinds.ts';
import { SEVERITIES, WINDOWS, type WidgetDraft } from './widget-draft.ts';

interface OptionFieldsProps {
  draft: WidgetDraft;
  onChange: (part: Partial<WidgetDraft>) => void;
}
type ShortText = 'unit' | 'decimals' | 'min' | 'max' | 'step' | 'on' | 'off' | 'value' | 'heartRate' | 'spo2' | 'tag';

/** What an empty field means. */
const WITHOUT: Partial<Record<ShortText, string>> = {
  on: '1',
  off: '0',
  value: '1',
  heartRate: HEART_RATE,
  spo2: SPO2,
};
const RANGES_S = [900, 3600, 21_600, 86_400, 604_800, 2_592_000];

export function OptionFields(props: OptionFieldsProps) {
  const { options } = WIDGET_KINDS[props.draft.type];
  return (
    <>
      {options.map((name) => (
        <OptionField key={name} name={name} {...props} />
      ))}
    </>
  );
}

function OptionField({ name, draft, onChange }: OptionFieldsProps & { name: keyof WidgetOptions }): ComponentChildren {
  switch (name) {
    case 'confirm':
      return (
        <Checkbox
          label={t('board.option.confirm')}
          checked={draft.confirm}
          onChange={(confirm) => onChange({ confirm })}
        />
      );
    case 'rangeS':
      return <RangeField draft={draft} onChange={onChange} />;
    case 'severity':
      return (
        <Select
          label={t('board.option.severity')}
          value={draft.severity}
          options={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
          onChange={(severity) => onChange({ severity })}
        />
      );
    case 'window':
      return (
        <Select
          label={t('board.option.window')}
          value={draft.window}
          options={WINDOWS.map((value) => ({ value, label: t(`scores.window.${value}`) }))}
          onChange={(window) => onChange({ window })}
        />
      );
    case 'text':
    case 'bands':
    case 'options':
      return (
        <TextArea
          label={t(`board.option.${name}`)}
          hint={t(`board.hint.${name}`)}
          rows={name === 'text' ? 6 : 3}
          maxLength={WIDGET_TEXT_LENGTH_MAX}
          value={draft[name]}
          onInput={(text) => onChange({ [name]: text })}
        />
      );
    case 'series':
      return null;
    default:
      return (
        <Field
          label={t(`board.option.${name}`)}
          value={draft[name]}
          onInput={(text) => onChange({ [name]: text })}
          input={{ maxLength: 64, placeholder: WITHOUT[name] ?? '', autocomplete: 'off', spellcheck: false }}
        />
      );
  }
}

function RangeField({ draft, onChange }: OptionFieldsProps) {
  const usual = draft.type === 'chart' ? CHART_RANGE_S : SPARK_RANGE_S;
  const chosen = draft.rangeS === '' ? String(usual) : draft.rangeS;
  const ranges = RANGES_S.includes(Number(chosen)) ? RANGES_S : [Number(chosen), ...RANGES_S];
  return (
    <Select
      label={t('board.option.rangeS')}
      value={chosen}
      options={ranges.map((rangeS) => ({ value: String(rangeS), label: formatDuration(rangeS * 1000) }))}
      onChange={(rangeS) => onChange({ rangeS })}
    />
  );
}
