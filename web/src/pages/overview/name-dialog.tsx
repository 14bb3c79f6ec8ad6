/** Asks what a board shall be called. */
import { useSignal } from '@preact/signals';
import { BOARD_NAME_LENGTH_MAX } from '../../../../hub/contract/limits.ts';
import { t } from '../../i18n/language.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';

interface NameDialogProps {
  title: string;
  name: string;
  onName: (name: string) => Promise<void>;
  onClose: () => void;
}

export function NameDialog({ title, name, onName, onClose }: NameDialogProps) {
  const text = useSignal(name);
  const save = async (): Promise<void> => {
    await onName(text.value.trim());
    onClose();
  };
  return (
    <Dialog open title={title} onClose={onClose}>
      <Form submitLabel={t('common.save')} onSubmit={save}>
        <Field
          label={t('board.name')}
          value={text.value}
          onInput={(next) => {
            text.value = next;
          }}
          input={{ required: true, maxLength: BOARD_NAME_LENGTH_MAX, pattern: '.*\\S.*', autocomplete: 'off' }}
        />
      </Form>
    </Dialog>
  );
}
