/** Making an alert rule, or changing one: what is watched, when it is too much, and how bad that is. */
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { AlertRule } from '../../../../hub/contract/alert.ts';
import { EVENT_TYPE_LENGTH_MAX, METRIC_NAME_LENGTH_MAX } from '../../../../hub/contract/limits.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { fleet } from '../../state/devices.ts';
import { recentEvents } from '../../state/events.ts';
import { Checkbox, Seg, Select } from '../choice.tsx';
import { Sheet } from '../dialog.tsx';
import { Field } from '../field.tsx';
import { Form } from '../form.tsx';
import { formatMetric } from '../metric.ts';
import { toast } from '../toast.tsx';
import { capital, typeWords, whoWords } from './alert-words.ts';
import { type LatestValues, useLatest } from './latest-values.ts';
import { mayManageAlerts } from './may-manage.ts';
import { draftOf, faultsOf, needsSpan, type RuleDraft, type RuleFault, ruleBodyOf } from './rule-draft.ts';
import { ruleResource } from './rules-state.ts';

const KINDS = ['threshold', 'no-data', 'event'] as const;
const SEVERITIES = ['info', 'warning', 'critical'] as const;
const PLAIN = { autocomplete: 'off', autocapitalize: 'none', spellcheck: false } as const;

interface RuleSheetProps {
  /** Null: a new one. */
  rule: AlertRule | null;
  /** The device a new one is about unless another is chosen. */
  deviceId?: string | undefined;
  onClose: () => void;
}
interface FieldsProps {
  draft: RuleDraft;
  faults: ReadonlySet<RuleFault>;
  values: LatestValues;
  change: (part: Partial<RuleDraft>) => void;
}

export function RuleSheet({ rule, deviceId, onClose }: RuleSheetProps) {
  const draft = useSignal(draftOf(rule, deviceId ?? firstAllowed()));
  // what is missing is said only once somebody wants to save
  const isTried = useSignal(false);
  const values = useLatest(draft.value.deviceId === '' ? [] : [draft.value.deviceId]);
  const change = (part: Partial<RuleDraft>): void => {
    draft.value = { ...draft.value, ...part };
  };
  const save = async () => {
    isTried.value = true;
    if (faultsOf(draft.value).size > 0) return;
    const { kind: _kind, ...patch } = ruleBodyOf(draft.value);
    if (rule === null) await call('POST /api/v1/alert-rules', { body: ruleBodyOf(draft.value) });
    else await call('PATCH /api/v1/alert-rules/:id', { params: { id: rule.id }, body: patch });
    toast({ kind: 'ok', text: t('rules.saved') });
    void ruleResource.reload();
    onClose();
  };
  const faults = isTried.value ? faultsOf(draft.value) : new Set<RuleFault>();
  const fields: FieldsProps = { draft: draft.value, faults, values, change };
  return (
    <Sheet open title={t(rule === null ? 'rules.new' : 'rules.editTitle')} onClose={onClose}>
      <Form submitLabel={t('common.save')} onSubmit={save}>
        {rule === null && (
          <div class="fieldset">
            <Seg
              label={t('rules.kind')}
              value={draft.value.kind}
              options={KINDS.map((value) => ({ value, label: t(`rules.kind.${value}`) }))}
              onChange={(kind) => change({ kind })}
            />
          </div>
        )}
        <DeviceSelect {...fields} />
        <KindFields {...fields} />
        <Select
          label={t('rules.severity')}
          value={draft.value.severity}
          options={SEVERITIES.map((value) => ({ value, label: t(`severity.${value}`) }))}
          onChange={(severity) => change({ severity })}
        />
        <Field
          label={t('rules.name')}
          hint={t('rules.nameHint')}
          value={draft.value.name}
          onInput={(name) => change({ name })}
          input={{ ...PLAIN, maxLength: 80 }}
        />
      </Form>
    </Sheet>
  );
}

/** Who may not decide for every device begins with one of their own. */
const firstAllowed = (): string => (mayManageAlerts(null) ? '' : (fleet.ids.value.find(mayManageAlerts) ?? ''));

function DeviceSelect({ draft, change }: FieldsProps) {
  const ids = [...(mayManageAlerts(null) ? [''] : []), ...fleet.ids.value.filter(mayManageAlerts)];
  return (
    <Select
      label={t('rules.device')}
      value={draft.deviceId}
      options={ids.map((id) => ({ value: id, label: id === '' ? capital(whoWords(null)) : whoWords(id) }))}
      onChange={(deviceId) => change({ deviceId })}
    />
  );
}

function KindFields(props: FieldsProps) {
  if (props.draft.kind === 'threshold') return <ThresholdFields {...props} />;
  return props.draft.kind === 'event' ? <EventFields {...props} /> : <SilenceFields {...props} />;
}

function ThresholdFields({ draft, faults, values, change }: FieldsProps) {
  const present = values.get(draft.deviceId)?.[draft.metric]?.value;
  const now = present === undefined ? '' : t('rules.now', { value: formatMetric(draft.metric, present) });
  return (
    <>
      <MetricField draft={draft} faults={faults} values={values} change={change} />
      <div class="fieldset">
        <Seg
          label={t('rules.direction')}
          value={draft.direction}
          options={[
            { value: 'above', label: t('rules.above') },
            { value: 'below', label: t('rules.below') },
          ]}
          onChange={(direction) => change({ direction })}
        />
      </div>
      <Field
        label={t('rules.limit')}
        hint={now}
        error={faults.has('limit') ? `${t('rules.wrongNumber')} ${now}` : undefined}
        value={draft.limit}
        onInput={(limit) => change({ limit })}
        input={{ ...PLAIN, inputMode: 'decimal' }}
      />
      <Field
        label={t('rules.hysteresisLabel')}
        hint={t('rules.hysteresisHint')}
        error={faults.has('hysteresis') ? t('rules.wrongNumber') : undefined}
        value={draft.hysteresis}
        onInput={(hysteresis) => change({ hysteresis })}
        input={{ ...PLAIN, inputMode: 'decimal' }}
      />
      <SpanField
        label={t('rules.forLabel')}
        hint={t('rules.forHint')}
        isWrong={faults.has('forS')}
        value={draft.forS}
        onInput={(forS) => change({ forS })}
      />
    </>
  );
}

function SilenceFields({ draft, faults, values, change }: FieldsProps) {
  const isForced = draft.metric.trim() !== '';
  return (
    <>
      <Checkbox
        label={t('rules.learnedLabel')}
        checked={draft.isLearned && !isForced}
        onChange={(isLearned) => change({ isLearned, metric: '' })}
      />
      {needsSpan(draft) && (
        <>
          <SpanField
            label={t('rules.afterLabel')}
            hint={t('rules.spanHint')}
            isWrong={faults.has('afterS')}
            value={draft.afterS}
            onInput={(afterS) => change({ afterS, isLearned: false })}
          />
          <MetricField isOptional draft={draft} faults={faults} values={values} change={change} />
        </>
      )}
    </>
  );
}

function EventFields({ draft, faults, change }: FieldsProps) {
  const types = [...new Set(recentEvents.value.filter(({ deviceId }) => deviceId !== null).map(({ type }) => type))];
  return (
    <>
      <SuggestField
        label={t('rules.eventType')}
        hint={draft.eventType === '' ? t('rules.eventTypeHint') : typeWords(draft.eventType)}
        error={faults.has('eventType') ? t('rules.missing') : undefined}
        value={draft.eventType}
        maxLength={EVENT_TYPE_LENGTH_MAX}
        suggestions={types}
        onInput={(eventType) => change({ eventType })}
      />
      <SpanField
        label={t('rules.clearAfterLabel')}
        hint={t('rules.clearAfterHint')}
        isWrong={faults.has('clearAfterS')}
        value={draft.clearAfterS}
        onInput={(clearAfterS) => change({ clearAfterS })}
      />
    </>
  );
}

function MetricField({ draft, faults, values, change, isOptional = false }: FieldsProps & { isOptional?: boolean }) {
  const known = Object.keys(values.get(draft.deviceId) ?? {});
  const ofAll = draft.deviceId === '' ? metricsOfFleet() : known;
  return (
    <SuggestField
      label={t(isOptional ? 'rules.metricOptional' : 'rules.metric')}
      hint={t('rules.metricHint')}
      error={faults.has('metric') ? t('rules.missing') : undefined}
      value={draft.metric}
      maxLength={METRIC_NAME_LENGTH_MAX}
      suggestions={ofAll}
      onInput={(metric) => change({ metric })}
    />
  );
}

/** Of every device the metrics that lists show. */
function metricsOfFleet(): string[] {
  const names = fleet.ids.value.flatMap((id) => fleet.device(id).value?.values.map(({ metric }) => metric) ?? []);
  return [...new Set(names)].sort();
}

interface SpanFieldProps {
  label: string;
  hint: string;
  isWrong: boolean;
  value: string;
  onInput: (value: string) => void;
}

function SpanField({ label, hint, isWrong, value, onInput }: SpanFieldProps) {
  const error = isWrong ? t('rules.wrongSpan') : undefined;
  return <Field label={label} hint={hint} error={error} value={value} onInput={onInput} input={PLAIN} />;
}

interface SuggestFieldProps {
  label: string;
  hint: string;
  error: string | undefined;
  value: string;
  maxLength: number;
  suggestions: readonly string[];
  onInput: (value: string) => void;
}

/** Free text with what is known already to choose from. */
function SuggestField({ label, hint, error, value, maxLength, suggestions, onInput }: SuggestFieldProps) {
  const id = useId();
  return (
    <div class="fieldset">
      <label for={id}>{label}</label>
      <div class={error === undefined ? 'input' : 'input wrong'}>
        <input
          {...PLAIN}
          id={id}
          class="mono"
          list={`${id}-known`}
          value={value}
          maxLength={maxLength}
          aria-invalid={error === undefined ? undefined : true}
          aria-describedby={`${id}-note`}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      </div>
      <datalist id={`${id}-known`}>
        {suggestions.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <p
        class={error === undefined ? 'note' : 'note bad'}
        id={`${id}-note`}
        role={error === undefined ? undefined : 'alert'}
      >
        {error ?? hint}
      </p>
    </div>
  );
}
