/** What to press of a control: it stands where it is wanted to be, marked as on its way until the device has confirmed it. */
import type { MetricValue } from '../../../../hub/contract/device.ts';
import type { WidgetSpec } from '../../../../hub/contract/widget.ts';
import { t } from '../../i18n/language.ts';
import { Button } from '../button.tsx';
import { Select } from '../choice.tsx';
import { Dialog } from '../dialog.tsx';
import { numberOf } from '../metric.ts';
import { isSame } from './control-state.ts';
import { type Control, wordOf } from './use-control.ts';

/** Widgets that only show are their value. */
export function ControlInput({ control }: { control: Control }) {
  const { spec, isPending, asked } = control;
  const Input = INPUTS.get(spec.type) ?? Shown;
  return (
    <span class={isPending ? 'ctl wait' : 'ctl'}>
      <Input {...control} />
      {asked !== undefined && <Question {...control} />}
    </span>
  );
}

const INPUTS: ReadonlyMap<string, typeof Shown> = new Map([
  ['switch', Switch],
  ['slider', Slider],
  ['button', Press],
  ['select', Choose],
]);

const Shown = ({ spec, shown }: Control) => <b class="num fig">{shown === undefined ? '–' : wordOf(spec, shown)}</b>;

function Switch({ spec, shown, isAllowed, set }: Control) {
  const { on = 1, off = 0 } = spec.options ?? {};
  const isOn = isSame(shown, on);
  return (
    <button
      type="button"
      class="sw"
      role="switch"
      aria-checked={isOn}
      aria-label={spec.name}
      disabled={!isAllowed}
      onClick={() => set(isOn ? off : on)}
    />
  );
}

/** Moves freely; what it is let go at is sent. */
function Slider({ spec, shown, isAllowed, set, hold, drop }: Control) {
  const { min = 0, max = 100, step = 1 } = spec.options ?? {};
  return (
    <input
      type="range"
      class="range"
      aria-label={spec.name}
      aria-valuetext={wordOf(spec, shown)}
      min={min}
      max={max}
      step={step}
      value={numberOf(shown) ?? min}
      disabled={!isAllowed}
      onPointerDown={({ currentTarget: input }) => {
        const begun = input.valueAsNumber;
        // let go where it was taken up nothing changes: it follows the device again
        const letGo = (): void => void (input.valueAsNumber === begun && drop());
        addEventListener('pointerup', letGo, { once: true });
      }}
      onInput={(event) => hold(event.currentTarget.valueAsNumber)}
      onChange={(event) => set(event.currentTarget.valueAsNumber)}
    />
  );
}

function Press({ spec, isPending, isAllowed, set }: Control) {
  return (
    <Button kind="primary" disabled={!isAllowed} onClick={() => set(spec.options?.value ?? 1)}>
      {t(isPending ? 'control.pressAgain' : 'control.send')}
    </Button>
  );
}

/** No option of its own: nobody knows where it stands. */
const UNKNOWN = '-1';

function Choose({ spec, shown, isAllowed, set }: Control) {
  const choices = spec.options?.options ?? [];
  const at = choices.findIndex(({ value }) => isSame(shown, value));
  const options = choices.map(({ label }, index) => ({ value: String(index), label }));
  return (
    <Select
      label={spec.name}
      isBare
      value={String(at)}
      options={at === -1 ? [{ value: UNKNOWN, label: wordOf(spec, shown) }, ...options] : options}
      disabled={!isAllowed}
      onChange={(chosen) => {
        const choice = choices[Number(chosen)];
        if (choice !== undefined) set(choice.value);
      }}
    />
  );
}

/** A press is known by the name of its button. */
const askedWord = (spec: WidgetSpec, asked: MetricValue | undefined): string =>
  spec.type === 'button' ? spec.name : wordOf(spec, asked);

function Question({ spec, deviceName, asked, send, drop }: Control) {
  return (
    <Dialog
      open
      title={t('control.sure', { name: spec.name })}
      onClose={drop}
      actions={
        <>
          <Button onClick={drop}>{t('common.cancel')}</Button>
          <Button kind="primary" icon="send" onClick={() => asked !== undefined && send(asked)}>
            {t('control.send')}
          </Button>
        </>
      }
    >
      <p class="sub">{t('control.sureText', { value: askedWord(spec, asked), device: deviceName })}</p>
    </Dialog>
  );
}
