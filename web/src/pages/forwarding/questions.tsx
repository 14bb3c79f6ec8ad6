/** What is asked once more before something of a destination is gone for good. */
import type { Destination } from '../../../../hub/contract/destination.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { toast } from '../../parts/toast.tsx';

interface QuestionProps {
  destination: Destination;
  onDone: () => void;
  onClose: () => void;
}

export function DiscardQueue({ destination: { id, name, status }, onDone, onClose }: QuestionProps) {
  const discard = async () => {
    const { count } = await call('DELETE /api/v1/destinations/:id/queue', { params: { id } });
    toast({ kind: 'ok', text: t('forwarding.discarded', { count }) });
    onDone();
  };
  return (
    <Confirm
      title={t('forwarding.discardTitle', { name })}
      text={t('forwarding.discardText', { count: status.queued })}
      confirmLabel={t('forwarding.discardConfirm')}
      onConfirm={discard}
      onClose={onClose}
    />
  );
}

export function RemoveDestination({ destination: { id, name }, onDone, onClose }: QuestionProps) {
  const remove = async () => {
    await call('DELETE /api/v1/destinations/:id', { params: { id } });
    toast({ kind: 'ok', text: t('forwarding.removed', { name }) });
    onDone();
  };
  return (
    <Confirm
      title={t('forwarding.removeTitle', { name })}
      text={t('forwarding.removeText')}
      confirmLabel={t('forwarding.removeConfirm')}
      onConfirm={remove}
      onClose={onClose}
    />
  );
}
