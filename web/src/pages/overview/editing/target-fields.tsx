/** Which device, and which of its metrics or pins: those it has said, or one it is going to say. */
import { useId } from 'preact/hooks';
import { CHART_SERIES_MAX } from '../../../../../hub/contract/limits.ts';
import { t } from '../../../i18n/language.ts';
import { Button, IconButton } from '../../../parts/button.tsx';
import { Select } from '../../../parts/choice.tsx';
import { formatMetric, isPin } from '../../../parts/metric.ts';
import { deviceValues } from '../../../state/device-values.ts';
import { fleet } from '../../../state/devices.ts';
import { type Line, WIDGET_KINDS } from '../widgets/widget-kinds.ts';
import type { WidgetDraft } from './widget-draft.ts';

interface LinesFieldsProps {
  draft: WidgetDraft;
  onChange: (part: Partial<WidgetDraft>) => void;
}

export function LinesFields({ draft, onChange }: LinesFieldsProps) {
  const { needs } = WIDGET_KINDS[draft.type];
  if (needs === 'nothing') return null;
  const { lines } = draft;
  const isMany = needs === 'lines';
  const last = lines.at(-1);
  return (
    <>
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name than its place
        <div class="line-fields" key={at}>
          <DeviceField
            line={line}
            onChange={(deviceId) => onChange({ lines: lines.with(at, { ...line, deviceId, metric: '' }) })}
          />
          {needs !== 'device' && (
            <MetricField
              line={line}
              isControl={needs === 'control'}
              onChange={(metric) => onChange({ lines: lines.with(at, { ...line, metric }) })}
            />
          )}
          {isMany && lines.length > 1 && (
            <IconButton
              icon="x"
              kind="ghost"
              size="sm"
              label={t('board.lineRemove', { number: at + 1 })}
              onClick={() => onChange({ lines: lines.toSpliced(at, 1) })}
            />
          )}
        </div>
      ))}
      {isMany && last !== undefined && lines.length < CHART_SERIES_MAX && (
        <Button size="sm" icon="plus" onClick={() => onChange({ lines: [...lines, { ...last, metric: '' }] })}>
          {t('board.lineAdd')}
        </Button>
      )}
    </>
  );
}

function DeviceField({ line, onChange }: { line: Line; onChange: (deviceId: string) => void }) {
  const ids = fleet.ids.value;
  const isKnown = ids.includes(line.deviceId);
  const options = ids.map((id) => ({ value: id, label: fleet.name(id).value }));
  const missing = { value: line.deviceId, label: line.deviceId || t('board.deviceChoose') };
  return (
    <Select
      label={t('board.device')}
      value={line.deviceId}
      options={isKnown ? options : [missing, ...options]}
      onChange={onChange}
    />
  );
}

function MetricField({
  line,
  isControl,
  onChange,
}: {
  line: Line;
  isControl: boolean;
  onChange: (metric: string) => void;
}) {
  const id = useId();
  const values = deviceValues.use(line.deviceId === '' ? null : line.deviceId).value;
  const known = [...(values?.values() ?? [])].sort((a, b) => rank(a.metric, isControl) - rank(b.metric, isControl));
  return (
    <div class="fieldset">
      <label for={id}>{t(isControl ? 'board.pin' : 'board.metric')}</label>
      <div class="input">
        <input
          id={id}
          class="mono"
          list={`${id}-known`}
          value={line.metric}
          maxLength={64}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          onInput={(event) => onChange(event.currentTarget.value.trim())}
        />
        <datalist id={`${id}-known`}>
          {known.map(({ metric, value }) => (
            <option key={metric} value={metric}>
              {formatMetric(metric, value)}
            </option>
          ))}
        </datalist>
      </div>
      {known.length > 0 && (
        <div class="row wrap known">
          {known.slice(0, SHOWN_MAX).map(({ metric }) => (
            <button
              key={metric}
              type="button"
              class="chip mono"
              aria-pressed={metric === line.metric}
              onClick={() => onChange(metric)}
            >
              {metric}
            </button>
          ))}
        </div>
      )}
      <p class="note">{known.length === 0 ? t('board.metricNone') : ''}</p>
    </div>
  );
}

/** More are found by typing. */
const SHOWN_MAX = 12;
/** Controls are mostly about pins. */
const rank = (metric: string, isControl: boolean): number => Number(isControl !== isPin(metric));
