/** How the device proves itself, what the hub refused it, and how to be rid of it. */
import { useState } from 'preact/hooks';
import type { Device } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Field } from '../../parts/field.tsx';
import { problemOf, wordsOf } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { navigate } from '../../router.ts';
import { may, mayManage } from '../../session.ts';
import { DeviceRefusals } from './device-refusals.tsx';
import { TokenCard } from './token-card.tsx';

export function AccessTab({ device }: { device: Device }) {
  return (
    <div class="cols">
      <div class="stack">
        <TokenCard device={device} />
        <Card icon="ban" title={t('device.refusals')}>
          {may('refusals.read') ? <DeviceRefusals device={device} /> : <p class="note">{t('device.refusalsDenied')}</p>}
        </Card>
      </div>
      <DeleteCard device={device} />
    </div>
  );
}

function DeleteCard({ device }: { device: Device }) {
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const { name } = device;
  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      await call('DELETE /api/v1/devices/:id', { params: { id: device.id } });
      toast({ kind: 'ok', text: t('device.deleted', { name }) });
      navigate('/devices', { replace: true });
    } catch (error) {
      toast({ kind: 'bad', text: `${t('device.deleteFailed')} ${wordsOf(problemOf(error)).title}` });
      setBusy(false);
    }
  };
  return (
    <Card icon="trash-2" title={t('device.delete')}>
      {mayManage(device) ? (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault();
            if (typed === name) void remove();
          }}
        >
          <p class="sub">{t('device.deleteText')}</p>
          <Field
            label={t('device.deleteType', { name })}
            value={typed}
            onInput={setTyped}
            input={{ autocomplete: 'off', spellcheck: false }}
          />
          <Button type="submit" kind="danger" icon="trash-2" busy={isBusy} disabled={typed !== name}>
            {t('device.deleteYes')}
          </Button>
        </form>
      ) : (
        <p class="note">{t('device.deleteDenied')}</p>
      )}
    </Card>
  );
}
