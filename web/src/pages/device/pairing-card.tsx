/** Whose scores this Simon counts; pair, re-pair, and unpair with an undo. */
import { useState } from 'preact/hooks';
import type { Device } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { problemOf, wordsOf } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { href } from '../../router.ts';
import { may, mayManage } from '../../session.ts';
import { usePairing } from '../../state/pairing.ts';
import { PairSteps } from '../pair/pair-steps.tsx';

export function PairingCard({ device }: { device: Device }) {
  const live = usePairing(device.id);
  const [isBusy, setBusy] = useState(false);
  const pairing = live.pairing.value;
  const isAsking = pairing?.state === 'requested' || pairing?.state === 'timed_out';
  const player = device.player;
  const attempt = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toast({ kind: 'bad', text: `${t('device.unpairFailed')} ${wordsOf(problemOf(error)).title}` });
    } finally {
      setBusy(false);
    }
  };
  const params = { id: device.id };
  const pairAgain = (username: string): Promise<void> =>
    attempt(async () => {
      await call('POST /api/v1/devices/:id/pairing', { params, body: { username } });
      toast({ text: t('device.undone', { name: device.name, player: username }) });
    });
  const unpair = (username: string): Promise<void> =>
    attempt(async () => {
      live.set(await call('DELETE /api/v1/devices/:id/pairing', { params }));
      toast({
        text: t('device.unpaired', { name: device.name, player: username }),
        undo: () => void pairAgain(username),
      });
    });
  return (
    <Card icon="link" title={t('device.pairing')}>
      <p>{player === null ? t('device.pairingNone') : t('device.pairingWith', { player })}</p>
      {isAsking && <PairSteps pairing={pairing} sentMs={null} player={pairing.username ?? ''} />}
      <div class="row wrap foot">
        {may('pairing.self') && (
          <LinkButton size="sm" icon="link" href={href('/pair', {}, { device: device.id })}>
            {t(player === null ? 'device.pairingPair' : 'device.pairingRepair')}
          </LinkButton>
        )}
        {player !== null && mayManage(device) && (
          <Button size="sm" kind="ghost" icon="link-2-off" busy={isBusy} onClick={() => void unpair(player)}>
            {t('device.pairingUnpair')}
          </Button>
        )}
      </div>
    </Card>
  );
}
