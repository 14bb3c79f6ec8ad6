/** Making a widget of a device, changing one, deleting one. */
import { useSignal } from '@preact/signals';
import type { Device, Latest } from '../../../../../hub/contract/device.ts';
import { COMMAND_NAME_LENGTH_MAX, WIDGET_NAME_LENGTH_MAX } from '../../../../../hub/contract/limits.ts';
import type { Widget } from '../../../../../hub/contract/widget.ts';
import { call } from '../../../api.ts';
import { t } from '../../../i18n/language.ts';
import { attempt } from '../../../parts/attempt.ts';
import { Checkbox, Select } from '../../../parts/choice.tsx';
import { ConfirmSentence } from '../../../parts/confirm-sentence.tsx';
import { Sheet } from '../../../parts/dialog.tsx';
import { Field } from '../../../parts/field.tsx';
import { Form } from '../../../parts/form.tsx';
import { TextArea } from '../../../parts/text-area.tsx';
import type { DeviceWidgets } from './device-widgets.ts';
import { CONTROL_KINDS, draftOf, freePin, SHOWN_KINDS, specOf, type WidgetDraft } from './widget-draft.ts';

interface WidgetSheetProps {
  device: Device;
  /** Null: a new one. */
  widget: Widget | null;
  target: string;
  latest: Latest['metrics'];
  kept: DeviceWidgets;
  onClose: () => void;
}

const PLAIN = { autocomplete: 'off', autocapitalize: 'none', spellcheck: false } as const;

export function WidgetSheet({ device, widget, target, latest, kept, onClose }: WidgetSheetProps) {
  const state = kept.state.value;
  const widgets = state.kind === 'ready' ? state.value : [];
  const taken = new Set([...widgets.map(({ pin }) => pin ?? ''), ...Object.keys(latest)]);
  const draft = useSignal(draftOf(widget, target || freePin(taken)));
  const { kind } = draft.value;
  const change = (part: Partial<WidgetDraft>): void => {
    draft.value = { ...draft.value, ...part };
  };
  const isControl = CONTROL_KINDS.some((one) => one === kind);
  const save = async (): Promise<void> => {
    const { type, ...rest } = specOf(draft.value, device.id);
    const saved =
      widget === null
        ? await call('POST /api/v1/widgets', { body: { type, ...rest } })
        : await call('PATCH /api/v1/widgets/:id', { params: { id: widget.id }, body: rest });
    kept.set([...widgets.filter(({ id }) => id !== saved.id), saved].sort((a, b) => a.createdMs - b.createdMs));
    onClose();
  };
  const remove = (gone: Widget) =>
    attempt(async () => {
      await call('DELETE /api/v1/widgets/:id', { params: { id: gone.id } });
      kept.set(widgets.filter(({ id }) => id !== gone.id));
      onClose();
    });
  return (
    <Sheet open title={widget === null ? t('control.add') : t('control.edit', { name: widget.name })} onClose={onClose}>
      <Form submitLabel={t('common.save')} onSubmit={save}>
        {widget === null && (
          <Select
            label={t('control.kind')}
            value={kind}
            options={[...CONTROL_KINDS, ...SHOWN_KINDS].map((value) => ({ value, label: t(`control.kind.${value}`) }))}
            onChange={(chosen) => change({ kind: chosen })}
          />
        )}
        <Field
          label={t('control.name')}
          value={draft.value.name}
          onInput={(name) => change({ name })}
          input={{ ...PLAIN, maxLength: WIDGET_NAME_LENGTH_MAX }}
        />
        <Field
          label={t(isControl ? 'control.target' : 'control.metric')}
          hint={isControl ? t('control.targetHint') : undefined}
          value={draft.value.target}
          onInput={(text) => change({ target: text })}
          input={{ ...PLAIN, required: true, maxLength: COMMAND_NAME_LENGTH_MAX, class: 'mono' }}
        />
        <Options draft={draft.value} change={change} />
      </Form>
      {widget !== null && (
        <ConfirmSentence
          icon="trash-2"
          kind="danger"
          label={t('control.delete')}
          sentence={t('control.deleteSure')}
          yes={t('control.delete')}
          onYes={async () => void (await remove(widget))}
        />
      )}
    </Sheet>
  );
}

type OptionFields = 'unit' | 'min' | 'max' | 'step' | 'on' | 'off' | 'value';
const FIELDS: Readonly<Record<WidgetDraft['kind'], readonly OptionFields[]>> = {
  switch: ['on', 'off'],
  slider: ['min', 'max', 'step', 'unit'],
  button: ['value'],
  select: [],
  value: ['unit'],
  gauge: ['min', 'max', 'unit'],
};
const NUMBERS: readonly OptionFields[] = ['min', 'max', 'step'];

function Options({ draft, change }: { draft: WidgetDraft; change: (part: Partial<WidgetDraft>) => void }) {
  const { kind, choices, confirm } = draft;
  return (
    <>
      <div class="pairs">
        {FIELDS[kind].map((name) => (
          <Field
            key={name}
            type={NUMBERS.includes(name) ? 'number' : 'text'}
            label={t(`control.option.${name}`)}
            value={draft[name]}
            onInput={(text) => change({ [name]: text })}
            input={{ ...PLAIN, required: name !== 'unit', step: 'any', maxLength: 64 }}
          />
        ))}
      </div>
      {kind === 'select' && (
        <TextArea
          label={t('control.choices')}
          hint={t('control.choicesHint')}
          value={choices}
          placeholder={'Auto = auto\nNight = 2'}
          onInput={(text) => change({ choices: text })}
        />
      )}
      {(kind === 'switch' || kind === 'button' || kind === 'select') && (
        <Checkbox label={t('control.confirm')} checked={confirm} onChange={(checked) => change({ confirm: checked })} />
      )}
    </>
  );
}
