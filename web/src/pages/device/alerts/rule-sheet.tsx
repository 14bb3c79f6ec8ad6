/** Making a rule for a device, changing one, deleting one; it begins with what would make sense now. */
import { useSignal } from '@preact/signals';
import type { AlertRule } from '../../../../../hub/contract/alert.ts';
import type { Device, Latest } from '../../../../../hub/contract/device.ts';
import { EVENT_TYPE_LENGTH_MAX, RULE_SECONDS_MAX } from '../../../../../hub/contract/limits.ts';
import { call } from '../../../api.ts';
import { t } from '../../../i18n/language.ts';
import { attempt } from '../../../parts/attempt.ts';
import { Seg, Select } from '../../../parts/choice.tsx';
import { ConfirmSentence } from '../../../parts/confirm-sentence.tsx';
import { Sheet } from '../../../parts/dialog.tsx';
import { Field } from '../../../parts/field.tsx';
import { Form } from '../../../parts/form.tsx';
import { formatMetric, isDiagnostic, metricLabel } from '../../../parts/metric.ts';
import { bodyOf, draftOf, type RuleDraft, suggestedFor } from './rule-draft.ts';
import type { Alerts } from './use-alerts.ts';

interface RuleSheetProps {
  device: Device;
  /** Null: a new one. */
  rule: AlertRule | null;
  latest: Latest['metrics'];
  alerts: Alerts;
  onClose: () => void;
}
type Change = (part: Partial<RuleDraft>) => void;

const KINDS = ['threshold', 'no-data', 'event'] as const;
const SEVERITIES = ['info', 'warning', 'critical'] as const;

export function RuleSheet({ device, rule, latest, alerts, onClose }: RuleSheetProps) {
  const numbers = Object.entries(latest).flatMap(([name, { value }]) =>
    typeof value === 'number' ? [{ name, value }] : [],
  );
  const first = numbers.find(({ name }) => !isDiagnostic(name)) ?? numbers[0];
  const isBare = rule !== null || first === undefined;
  const draft = useSignal(draftOf(rule, isBare ? {} : suggestedFor(first.name, first.value)));
  const change: Change = (part) => {
    draft.value = { ...draft.value, ...part };
  };
  const state = alerts.rules.state.value;
  const rules = state.kind === 'ready' ? state.value : [];
  const save = async (): Promise<void> => {
    const { kind, ...rest } = bodyOf(draft.value, rule === null ? device.id : rule.deviceId);
    const saved =
      rule === null
        ? await call('POST /api/v1/alert-rules', { body: { kind, ...rest } })
        : await call('PATCH /api/v1/alert-rules/:id', { params: { id: rule.id }, body: rest });
    alerts.rules.set([...rules.filter(({ id }) => id !== saved.id), saved].sort((a, b) => a.createdMs - b.createdMs));
    onClose();
  };
  const remove = async (gone: AlertRule): Promise<void> => {
    await attempt(async () => {
      await call('DELETE /api/v1/alert-rules/:id', { params: { id: gone.id } });
      alerts.rules.set(rules.filter(({ id }) => id !== gone.id));
      onClose();
    });
  };
  const { kind, severity } = draft.value;
  return (
    <Sheet open title={t(rule === null ? 'alert.add' : 'alert.edit')} onClose={onClose}>
      <Form submitLabel={t('common.save')} onSubmit={save}>
        {rule === null && (
          <Seg
            label={t('alert.kind')}
            value={kind}
            options={KINDS.map((value) => ({ value, label: t(`alert.kind.${value}`) }))}
            onChange={(chosen) => change({ kind: chosen })}
          />
        )}
        <Condition draft={draft.value} change={change} numbers={numbers} />
        <Select
          label={t('alert.severity')}
          value={severity}
          options={SEVERITIES.map((value) => ({ value, label: t(`alert.level.${value}`) }))}
          onChange={(chosen) => change({ severity: chosen })}
        />
      </Form>
      {rule !== null && (
        <ConfirmSentence
          icon="trash-2"
          kind="danger"
          label={t('alert.delete')}
          sentence={t('alert.deleteSure')}
          yes={t('alert.delete')}
          onYes={() => remove(rule)}
        />
      )}
    </Sheet>
  );
}

interface ConditionProps {
  draft: RuleDraft;
  change: Change;
  numbers: readonly { name: string; value: number }[];
}

function Condition({ draft, change, numbers }: ConditionProps) {
  if (draft.kind === 'event') {
    return (
      <Field
        label={t('alert.eventType')}
        value={draft.eventType}
        onInput={(eventType) => change({ eventType })}
        input={{ required: true, maxLength: EVENT_TYPE_LENGTH_MAX, class: 'mono' }}
      />
    );
  }
  const seconds = { min: 0, max: RULE_SECONDS_MAX, step: 1 };
  if (draft.kind === 'no-data') {
    return (
      <Field
        type="number"
        label={t('alert.afterS')}
        hint={t('alert.afterHint')}
        value={draft.afterS}
        onInput={(afterS) => change({ afterS })}
        input={{ ...seconds, min: 1 }}
      />
    );
  }
  const current = numbers.find(({ name }) => name === draft.metric);
  const names = current === undefined && draft.metric !== '' ? [draft.metric] : [];
  return (
    <>
      <Select
        label={t('alert.metric')}
        value={draft.metric}
        options={[...names, ...numbers.map(({ name }) => name)].map((name) => ({
          value: name,
          label: metricLabel(name),
        }))}
        onChange={(name) => {
          const chosen = numbers.find((one) => one.name === name);
          change(chosen === undefined ? { metric: name } : suggestedFor(name, chosen.value));
        }}
      />
      <Seg
        label={t('alert.direction')}
        value={draft.direction}
        options={(['above', 'below'] as const).map((value) => ({ value, label: t(`alert.is.${value}`) }))}
        onChange={(direction) => change({ direction })}
      />
      <div class="pairs">
        <Field
          type="number"
          label={t('alert.limit')}
          hint={current && t('alert.nowIs', { value: formatMetric(current.name, current.value) })}
          value={draft.limit}
          onInput={(limit) => change({ limit })}
          input={{ required: true, step: 'any' }}
        />
        <Field
          type="number"
          label={t('alert.hysteresis')}
          hint={t('alert.hysteresisHint')}
          value={draft.hysteresis}
          onInput={(hysteresis) => change({ hysteresis })}
          input={{ required: true, step: 'any', min: 0 }}
        />
        <Field
          type="number"
          label={t('alert.forS')}
          value={draft.forS}
          onInput={(forS) => change({ forS })}
          input={{ required: true, ...seconds }}
        />
      </div>
    </>
  );
}
