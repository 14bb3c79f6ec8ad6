/** Pair: a device, a player, and the device's own answer, watched live. */
import { useState } from 'preact/hooks';
import type { Device } from '../../../../hub/contract/device.ts';
import { call } from '../../api.ts';
import type { ApiProblem } from '../../http.ts';
import { t } from '../../i18n/language.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { Card, PageHead } from '../../parts/card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { ErrorBox, problemOf, Skeleton, WhenReady } from '../../parts/states.tsx';
import { place, setQuery } from '../../router.ts';
import { currentUser } from '../../session.ts';
import { devicesLoading, fleet, loadDevices } from '../../state/devices.ts';
import { usePairing } from '../../state/pairing.ts';
import { waitingDevices } from '../../state/waiting.ts';
import { type Candidate, candidatesOf } from './candidates.ts';
import { ChooseDevice } from './choose-device.tsx';
import { ChoosePlayer } from './choose-player.tsx';
import { typedDeviceId } from './device-id.ts';
import { PairSteps } from './pair-steps.tsx';

interface Request {
  deviceId: string;
  player: string;
  sentMs: number;
}

export function PairPage() {
  return (
    <>
      <PageHead title={t('pair.title')} />
      <p class="sub lead">{t('pair.lead')}</p>
      <WhenReady
        loading={devicesLoading.value}
        onRetry={() => void loadDevices()}
        skeleton={<Skeleton rows={4} height={64} />}
      >
        <PairFlow />
      </WhenReady>
    </>
  );
}

function PairFlow() {
  const me = currentUser.value?.username ?? '';
  const chosen = typedDeviceId(place.value.query.get('device') ?? '');
  const candidates = candidatesOf(waitingDevices.value, knownDevices());
  const candidate = candidates.find(({ id }) => id === chosen);
  const [player, setPlayer] = useState(me);
  const [request, setRequest] = useState<Request | null>(null);
  return (
    <div class="cols pairing">
      <ChooseDevice
        candidates={candidates}
        chosen={chosen}
        onChoose={(id) => {
          setRequest(null);
          setQuery({ device: id ?? undefined });
        }}
      />
      <div class="stack">
        <Ask
          deviceId={chosen}
          candidate={candidate}
          me={me}
          player={player}
          onPlayer={setPlayer}
          onAsked={setRequest}
          isAsked={request !== null}
        />
        {request !== null && (
          <Watch
            key={request.sentMs}
            request={request}
            name={candidate?.name ?? request.deviceId}
            onDone={() => setQuery({ device: undefined })}
          />
        )}
      </div>
    </div>
  );
}

interface AskProps {
  deviceId: string | null;
  candidate: Candidate | undefined;
  me: string;
  player: string;
  isAsked: boolean;
  onPlayer: (player: string) => void;
  onAsked: (request: Request) => void;
}

function Ask({ deviceId, candidate, me, player, isAsked, onPlayer, onAsked }: AskProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const wanted = player.trim();
  const ask = async (): Promise<void> => {
    if (deviceId === null) return;
    setBusy(true);
    setProblem(null);
    const sentMs = Date.now();
    try {
      const accepted = await call('POST /api/v1/devices/:id/pairing', {
        params: { id: deviceId },
        body: wanted === me ? {} : { username: wanted },
      });
      onAsked({ deviceId: accepted.deviceId, player: wanted, sentMs });
    } catch (error) {
      setProblem(problemOf(error));
    } finally {
      setBusy(false);
    }
  };
  const before = candidate?.player ?? null;
  return (
    <Card title={t('pair.player')}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void ask();
        }}
      >
        <ChoosePlayer me={me} player={player} onChange={onPlayer} />
        {before !== null && before !== wanted && !isAsked && (
          <p class="err">
            <Icon name="info" />
            <span>{t('pair.rePair', { player: before, next: wanted })}</span>
          </p>
        )}
        {problem !== null && <ErrorBox problem={problem} />}
        <Button kind="primary" icon="link" type="submit" busy={isBusy} disabled={deviceId === null || wanted === ''}>
          {t(isAsked ? 'pair.askAgain' : 'pair.ask')}
        </Button>
      </form>
    </Card>
  );
}

function Watch({ request, name, onDone }: { request: Request; name: string; onDone: () => void }) {
  const pairing = usePairing(request.deviceId).pairing.value;
  // what is left of an earlier pairing says nothing about this request
  const isOurs = pairing !== null && pairing.username === request.player && pairing.state !== 'none';
  const current = isOurs ? pairing : null;
  const isDone = current?.state === 'paired';
  return (
    <Card
      title={t('pair.steps')}
      end={<span class="cut">{t('pair.stepsFor', { device: name, player: request.player })}</span>}
    >
      <PairSteps pairing={current} sentMs={request.sentMs} player={request.player} />
      {isDone && (
        <div class="done" role="status">
          <Icon name="circle-check" />
          <div>
            <b>{t('pair.doneTitle', { device: name, player: request.player })}</b>
            {current.previousUsername !== null && current.previousUsername !== request.player && (
              <p class="sub">{t('pair.donePrevious', { player: current.previousUsername })}</p>
            )}
            <div class="row wrap">
              <LinkButton kind="primary" size="sm" icon="trophy" href="/scores">
                {t('pair.doneScores')}
              </LinkButton>
              <Button size="sm" onClick={onDone}>
                {t('pair.doneAnother')}
              </Button>
            </div>
          </div>
        </div>
      )}
    </Card>
  );
}

function knownDevices(): Device[] {
  return fleet.ids.value.flatMap((id) => {
    const device = fleet.device(id).value;
    return device === undefined ? [] : [device];
  });
}
