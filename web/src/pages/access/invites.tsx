/** Invitations: make one, send its link, withdraw it. The code is shown once, when it is made. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Invite } from '../../../../hub/contract/user.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { CopyField } from '../../parts/copy-field.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Qr } from '../../parts/qr.tsx';
import { Skeleton, Whenever } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { toast } from '../../parts/toast.tsx';
import { hubInfo, wantHubInfo } from '../../state/hub-info.ts';
import { type Resource, useResource } from '../../state/loading.ts';
import { hostsOf, originFor } from '../../state/reach.ts';
import { setupState } from '../../state/setup-state.ts';

export function Invites() {
  useEffect(wantHubInfo, []);
  const invites = useResource('invites', async (signal) => {
    const page = await call('GET /api/v1/invites', { query: {}, signal });
    return page.items;
  });
  const code = useSignal<string | null>(null);
  const isBusy = useSignal(false);
  const create = async () => {
    isBusy.value = true;
    await attempt(async () => {
      code.value = (await call('POST /api/v1/invites')).code;
      await invites.reload();
    });
    isBusy.value = false;
  };
  const setup = setupState.state.value;
  const isClosed = setup.kind === 'ready' && setup.value.registration === 'closed';
  return (
    <Card title={t('invites.title')} icon="mail-plus">
      <p class="sub">{t(isClosed ? 'invites.closed' : 'invites.lead')}</p>
      <Whenever
        state={invites.state.value}
        onRetry={() => void invites.reload()}
        skeleton={<Skeleton rows={1} height={48} />}
      >
        {(items) => <OpenInvites invites={items} resource={invites} />}
      </Whenever>
      <div class="card-foot">
        <Button kind="primary" icon="user-plus" busy={isBusy.value} disabled={isClosed} onClick={() => void create()}>
          {t('invites.create')}
        </Button>
      </div>
      {code.value !== null && (
        <ReadyDialog
          code={code.value}
          onClose={() => {
            code.value = null;
          }}
        />
      )}
    </Card>
  );
}

function OpenInvites({ invites, resource }: { invites: readonly Invite[]; resource: Resource<Invite[]> }) {
  const withdraw = (invite: Invite) =>
    attempt(async () => {
      await call('DELETE /api/v1/invites/:id', { params: { id: invite.id } });
      resource.set(invites.filter(({ id }) => id !== invite.id));
      toast({ kind: 'ok', text: t('invites.revoked') });
    });
  if (invites.length === 0) return <p class="note">{t('invites.none')}</p>;
  return (
    <ul class="rows">
      {invites.map((invite) => (
        <li key={invite.id}>
          <span class="ic">
            <Icon name="mail-plus" />
          </span>
          <span class="nm">
            {t('invites.open')}
            <small>
              {t('invites.by', { name: invite.createdBy })} · <Ends atMs={invite.expiresMs} />
            </small>
          </span>
          <Button size="sm" onClick={() => void withdraw(invite)}>
            {t('invites.revoke')}
          </Button>
        </li>
      ))}
    </ul>
  );
}

function Ends({ atMs }: { atMs: number }) {
  const [before = '', after = ''] = t('invites.expires', { time: '\n' }).split('\n');
  return (
    <>
      {before}
      <Time atMs={atMs} isAhead />
      {after}
    </>
  );
}

function ReadyDialog({ code, onClose }: { code: string; onClose: () => void }) {
  const hub = hubInfo.state.value;
  const host = hub.kind === 'ready' ? hostsOf(hub.value, location.hostname)[0] : undefined;
  const link = `${originFor(host ?? location.hostname, location)}/register?invite=${encodeURIComponent(code)}`;
  return (
    <Dialog
      open
      title={t('invites.readyTitle')}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          {t('common.done')}
        </Button>
      }
    >
      <p class="sub">{t('invites.readyText')}</p>
      <CopyField label={t('invites.link')} value={link} />
      <CopyField label={t('invites.code')} value={code} />
      <div class="center">
        <Qr text={link} label={t('invites.qr')} />
      </div>
    </Dialog>
  );
}
