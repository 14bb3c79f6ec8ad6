/** What people do about an alert: they have seen it, with a note perhaps, or want to be left alone for a while. */
import { useSignal } from '@preact/signals';
import type { Alert } from '../../../../hub/contract/alert.ts';
import { NOTE_LENGTH_MAX } from '../../../../hub/contract/limits.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { changeAlert } from '../../state/events.ts';
import { attempt } from '../attempt.ts';
import { Button } from '../button.tsx';
import { Dialog } from '../dialog.tsx';
import { Field } from '../field.tsx';
import { Form } from '../form.tsx';
import { Icon } from '../icon.tsx';
import { Menu, MenuItem } from '../menu.tsx';
import { TextArea } from '../text-area.tsx';
import { alertSentence } from './alert-words.ts';
import { mayManageAlerts } from './may-manage.ts';
import { localInput, timeIn } from './snooze-time.ts';

const HOUR_S = 3600;

export function AlertActions({ alert }: { alert: Alert }) {
  const open = useSignal<'note' | 'snooze' | null>(null);
  const isBusy = useSignal(false);
  if (!mayManageAlerts(alert.deviceId)) return null;
  const { id, state, snoozedUntilMs } = alert;
  const acknowledge = async () => {
    isBusy.value = true;
    await attempt(async () => changeAlert(await call('POST /api/v1/alerts/:id/ack', { params: { id }, body: {} })));
    isBusy.value = false;
  };
  const snooze = (body: { forS: number } | { untilMs: number }) =>
    attempt(async () => changeAlert(await call('POST /api/v1/alerts/:id/snooze', { params: { id }, body })));
  const close = () => {
    open.value = null;
  };
  return (
    <div class="row act">
      {state === 'open' && (
        <Button size="sm" icon="check" busy={isBusy.value} onClick={() => void acknowledge()}>
          {t('alert.ack')}
        </Button>
      )}
      <Menu
        buttonClass="btn icon sm ghost"
        label={t('alert.more', { alert: alertSentence(alert) })}
        button={<Icon name="ellipsis" />}
      >
        <MenuItem
          icon="pencil"
          onClick={() => {
            open.value = 'note';
          }}
        >
          {t('alert.ackNote')}
        </MenuItem>
        {snoozedUntilMs === null ? (
          <>
            <MenuItem icon="bell-off" onClick={() => void snooze({ forS: HOUR_S })}>
              {t('alert.snoozeHour')}
            </MenuItem>
            <MenuItem
              icon="clock"
              onClick={() => {
                open.value = 'snooze';
              }}
            >
              {t('alert.snoozeUntil')}
            </MenuItem>
          </>
        ) : (
          <MenuItem icon="bell" onClick={() => void snooze({ untilMs: 0 })}>
            {t('alert.snoozeEnd')}
          </MenuItem>
        )}
      </Menu>
      {open.value === 'note' && <NoteDialog alert={alert} onClose={close} />}
      {open.value === 'snooze' && <SnoozeDialog alert={alert} onClose={close} />}
    </div>
  );
}

interface AlertDialogProps {
  alert: Alert;
  onClose: () => void;
}

function NoteDialog({ alert: { id, note }, onClose }: AlertDialogProps) {
  const text = useSignal(note ?? '');
  const send = async () => {
    const body = { note: text.value.trim() };
    changeAlert(await call('POST /api/v1/alerts/:id/ack', { params: { id }, body }));
    onClose();
  };
  return (
    <Dialog open title={t('alert.ackNoteTitle')} onClose={onClose}>
      <Form submitLabel={t('alert.ack')} submitIcon="check" onSubmit={send}>
        <TextArea
          label={t('alert.note')}
          value={text.value}
          rows={3}
          maxLength={NOTE_LENGTH_MAX}
          onInput={(value) => {
            text.value = value;
          }}
        />
      </Form>
    </Dialog>
  );
}

function SnoozeDialog({ alert: { id }, onClose }: AlertDialogProps) {
  const until = useSignal(localInput(tomorrowMorning(new Date())));
  const send = async () => {
    const body = { untilMs: timeIn(until.value) ?? 0 };
    changeAlert(await call('POST /api/v1/alerts/:id/snooze', { params: { id }, body }));
    onClose();
  };
  return (
    <Dialog open title={t('alert.snoozeTitle')} onClose={onClose}>
      <Form submitLabel={t('alert.snooze')} submitIcon="bell-off" onSubmit={send}>
        <Field
          type="datetime-local"
          label={t('alert.until')}
          hint={t('alert.untilHint')}
          value={until.value}
          onInput={(value) => {
            until.value = value;
          }}
          input={{ required: true, min: localInput(new Date()) }}
        />
      </Form>
    </Dialog>
  );
}

const MORNING_HOUR = 8;

function tomorrowMorning(today: Date): Date {
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1, MORNING_HOUR);
}
