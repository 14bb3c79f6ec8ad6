/** Asks for two moments: when a range begins, and when it ends. */
import { useState } from 'preact/hooks';
import { t } from '../../i18n/language.ts';
import { Dialog } from '../dialog.tsx';
import { Field } from '../field.tsx';
import { Form } from '../form.tsx';
import type { Stretch } from './time-range.ts';

interface CustomRangeProps {
  /** What it begins with. */
  stretch: Stretch;
  /** With whole minutes, by the wall clock of this browser. */
  onChange: (stretch: Stretch) => void;
  onClose: () => void;
}

export function CustomRange({ stretch, onChange, onClose }: CustomRangeProps) {
  const [from, setFrom] = useState(localText(stretch.fromMs));
  const [to, setTo] = useState(localText(stretch.toMs));
  const [fromMs, toMs] = [new Date(from).getTime(), new Date(to).getTime()];
  const isWrong = !(toMs > fromMs);
  const save = async (): Promise<void> => {
    if (isWrong) return;
    onChange({ fromMs, toMs });
    onClose();
  };
  return (
    <Dialog open title={t('range.custom')} onClose={onClose}>
      <Form submitLabel={t('range.show')} onSubmit={save}>
        <Field
          type="datetime-local"
          label={t('range.from')}
          value={from}
          onInput={setFrom}
          input={{ required: true }}
        />
        <Field
          type="datetime-local"
          label={t('range.to')}
          value={to}
          onInput={setTo}
          error={isWrong ? t('range.wrong') : undefined}
          input={{ required: true }}
        />
      </Form>
    </Dialog>
  );
}

/** As a datetime-local field takes it: the wall clock here, to the minute. */
function localText(atMs: number): string {
  const offsetMs = new Date(atMs).getTimezoneOffset() * 60_000;
  return new Date(atMs - offsetMs).toISOString().slice(0, 16);
}
