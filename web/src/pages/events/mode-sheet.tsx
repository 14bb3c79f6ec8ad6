/** How surveillance works here: delays, what is watched, the weekly schedule. */
import { useSignal } from '@preact/signals';
import { MODE_DELAY_S_MAX, MODE_WINDOWS_MAX } from '../../../../hub/contract/limits.ts';
import type { Mode, ModeWindow } from '../../../../hub/contract/mode.ts';
import { formatWeekday } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { formatSpan, parseSpan } from '../../parts/alerts/span.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Switch } from '../../parts/choice.tsx';
import { Sheet } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { Icon } from '../../parts/icon.tsx';
import { TextArea } from '../../parts/text-area.tsx';
import { toast } from '../../parts/toast.tsx';
import { changeMode, recentEvents } from '../../state/events.ts';
import { NextChanges } from './next-changes.tsx';

const DAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const SEEN_TYPES_MAX = 6;
/** What a new window begins with: every night. */
const NIGHT: ModeWindow = { days: [...DAYS], from: '22:00', to: '07:00' };

interface ModeSheetProps {
  present: Mode;
  onClose: () => void;
}

export function ModeSheet({ present, onClose }: ModeSheetProps) {
  const exit = useSignal(formatSpan(present.exitDelayS));
  const entry = useSignal(formatSpan(present.entryDelayS));
  const watched = useSignal(present.watched.join('\n'));
  const isScheduled = useSignal(present.schedule.enabled);
  const windows = useSignal<readonly ModeWindow[]>(present.schedule.windows);
  const exitDelayS = delayIn(exit.value);
  const entryDelayS = delayIn(entry.value);
  const isEmptyDay = windows.value.some(({ days }) => days.length === 0);
  const save = async () => {
    if (exitDelayS === undefined || entryDelayS === undefined || isEmptyDay) return;
    await changeMode({
      ...{ exitDelayS, entryDelayS, watched: linesOf(watched.value) },
      schedule: { enabled: isScheduled.value, windows: windows.value.map((window) => ({ ...window })) },
    });
    toast({ kind: 'ok', text: t('mode.saved') });
    onClose();
  };
  const wrong = t('mode.wrongDelay', { span: formatSpan(MODE_DELAY_S_MAX) });
  return (
    <Sheet open title={t('mode.settingsTitle')} onClose={onClose}>
      <Form submitLabel={t('common.save')} onSubmit={save}>
        <Field
          label={t('mode.exitDelay')}
          hint={t('mode.exitHint')}
          error={exitDelayS === undefined ? wrong : undefined}
          value={exit.value}
          onInput={(text) => {
            exit.value = text;
          }}
        />
        <Field
          label={t('mode.entryDelay')}
          hint={t('mode.entryHint')}
          error={entryDelayS === undefined ? wrong : undefined}
          value={entry.value}
          onInput={(text) => {
            entry.value = text;
          }}
        />
        <TextArea
          label={t('mode.watchedLabel')}
          hint={t('mode.watchedHint')}
          rows={4}
          value={watched.value}
          onInput={(text) => {
            watched.value = text;
          }}
        />
        <SeenTypes
          listed={linesOf(watched.value)}
          onAdd={(type) => {
            watched.value = [...linesOf(watched.value), type].join('\n');
          }}
        />
        <Switch
          label={t('mode.schedule')}
          hint={t('mode.scheduleHint', { zone: present.timeZone })}
          checked={isScheduled.value}
          onChange={(isOn) => {
            isScheduled.value = isOn;
            if (isOn && windows.value.length === 0) windows.value = [NIGHT];
          }}
        />
        {isScheduled.value && (
          <Windows
            windows={windows.value}
            timeZone={present.timeZone}
            onChange={(next) => {
              windows.value = next;
            }}
          />
        )}
      </Form>
    </Sheet>
  );
}

/** Types that devices sent lately and are not listed yet: nobody has to know how they are written. */
function SeenTypes({ listed, onAdd }: { listed: readonly string[]; onAdd: (type: string) => void }) {
  const known = new Set(listed.map((type) => type.toUpperCase()));
  const seen = recentEvents.value.filter(({ code, type }) => code === null && !known.has(type.toUpperCase()));
  const types = [...new Map(seen.map(({ type }) => [type.toUpperCase(), type])).values()].slice(0, SEEN_TYPES_MAX);
  if (types.length === 0) return null;
  return (
    <fieldset class="chips seen-types">
      <legend class="vh">{t('mode.seenTypes')}</legend>
      {types.map((type) => (
        <button key={type} type="button" class="chip" onClick={() => onAdd(type)}>
          <Icon name="plus" />
          {type}
        </button>
      ))}
    </fieldset>
  );
}

interface WindowsProps {
  windows: readonly ModeWindow[];
  timeZone: string;
  onChange: (windows: readonly ModeWindow[]) => void;
}

function Windows({ windows, timeZone, onChange }: WindowsProps) {
  const replace = (at: number, window: ModeWindow) =>
    onChange(windows.map((one, index) => (index === at ? window : one)));
  return (
    <>
      {windows.map((window, at) => (
        <WindowRow
          key={at}
          number={at + 1}
          window={window}
          onChange={(changed) => replace(at, changed)}
          onRemove={() => onChange(windows.filter((_, index) => index !== at))}
        />
      ))}
      {windows.length < MODE_WINDOWS_MAX && (
        <Button size="sm" kind="ghost" icon="plus" onClick={() => onChange([...windows, NIGHT])}>
          {t('mode.addWindow')}
        </Button>
      )}
      <NextChanges windows={[...windows]} timeZone={timeZone} />
    </>
  );
}

interface WindowRowProps {
  number: number;
  window: ModeWindow;
  onChange: (window: ModeWindow) => void;
  onRemove: () => void;
}

function WindowRow({ number, window, onChange, onRemove }: WindowRowProps) {
  const { days, from, to } = window;
  const toggle = (day: number) =>
    onChange({ ...window, days: DAYS.filter((one) => days.includes(one) !== (one === day)) });
  return (
    <fieldset class="window">
      <legend class="vh">{t('mode.window', { number })}</legend>
      <div class="chips">
        {DAYS.map((day) => (
          <button
            key={day}
            type="button"
            class="chip"
            aria-pressed={days.includes(day)}
            aria-label={formatWeekday(day, 'long')}
            onClick={() => toggle(day)}
          >
            {formatWeekday(day, 'short')}
          </button>
        ))}
      </div>
      <div class="row">
        <TimeInput label={t('mode.from')} value={from} onInput={(time) => onChange({ ...window, from: time })} />
        <span aria-hidden="true">–</span>
        <TimeInput label={t('mode.to')} value={to} onInput={(time) => onChange({ ...window, to: time })} />
        <span class="muted">{to <= from && t('mode.nextDay')}</span>
        <span class="grow" />
        <IconButton
          icon="trash-2"
          kind="ghost"
          size="sm"
          label={t('mode.removeWindow', { number })}
          onClick={onRemove}
        />
      </div>
      {days.length === 0 && (
        <p class="note bad" role="alert">
          {t('mode.noDay')}
        </p>
      )}
    </fieldset>
  );
}

function TimeInput({ label, value, onInput }: { label: string; value: string; onInput: (value: string) => void }) {
  return (
    <span class="input">
      <input
        type="time"
        required
        aria-label={label}
        value={value}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </span>
  );
}

const delayIn = (text: string): number | undefined => {
  const seconds = parseSpan(text);
  return seconds === undefined || seconds > MODE_DELAY_S_MAX ? undefined : seconds;
};

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
