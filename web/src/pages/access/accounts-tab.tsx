/** Accounts of programs: who they are, how much they may, and whether they are there. */
import { useSignal } from '@preact/signals';
import type { Account } from '../../../../hub/contract/account.ts';
import { PAGE_LIMIT_MAX } from '../../../../hub/contract/limits.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Empty, Skeleton, Whenever } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { href } from '../../router.ts';
import { useResource } from '../../state/loading.ts';
import { AccountDialog, type Saved } from './account-dialog.tsx';
import { AccountReady } from './account-ready.tsx';
import { countRules } from './rule-lines.ts';

type Open = { what: 'new' } | { what: 'edit' | 'remove'; account: Account } | { what: 'ready'; saved: Ready } | null;
type Ready = { name: string; password: string };

export function AccountsTab() {
  const accounts = useResource('accounts', async (signal) => {
    const page = await call('GET /api/v1/accounts', { query: { limit: PAGE_LIMIT_MAX }, signal });
    return page.items;
  });
  const open = useSignal<Open>(null);
  const show = (next: Open) => {
    open.value = next;
  };
  const close = () => show(null);
  const saved = ({ account, password }: Saved) => {
    void accounts.reload();
    if (password !== null) show({ what: 'ready', saved: { name: account.name, password } });
    else {
      toast({ kind: 'ok', text: t('accounts.saved', { name: account.name }) });
      close();
    }
  };
  const remove = async ({ name }: Account) => {
    await call('DELETE /api/v1/accounts/:name', { params: { name } });
    await accounts.reload();
    toast({ kind: 'ok', text: t('accounts.removed', { name }) });
  };
  const create = (
    <Button kind="primary" icon="plus" onClick={() => show({ what: 'new' })}>
      {t('accounts.create')}
    </Button>
  );
  const now = open.value;
  return (
    <Card title={t('access.accounts')} icon="key-round">
      <p class="sub spaced">{t('accounts.lead')}</p>
      <Whenever
        state={accounts.state.value}
        onRetry={() => void accounts.reload()}
        skeleton={<Skeleton rows={3} height={52} />}
      >
        {(items) =>
          items.length === 0 ? (
            <Empty icon="key-round" title={t('accounts.none')} text={t('accounts.noneText')}>
              {create}
            </Empty>
          ) : (
            <>
              <ul class="rows">
                {items.map((account) => (
                  <Row key={account.name} account={account} onOpen={(what) => show({ what, account })} />
                ))}
              </ul>
              <div class="card-foot">{create}</div>
            </>
          )
        }
      </Whenever>
      {now?.what === 'new' && <AccountDialog account={null} onSaved={saved} onClose={close} />}
      {now?.what === 'edit' && <AccountDialog account={now.account} onSaved={saved} onClose={close} />}
      {now?.what === 'ready' && <AccountReady {...now.saved} onClose={close} />}
      {now?.what === 'remove' && (
        <Confirm
          title={t('accounts.removeTitle', { name: now.account.name })}
          text={t('accounts.removeText')}
          confirmLabel={t('accounts.removeConfirm')}
          onConfirm={() => remove(now.account)}
          onClose={close}
        />
      )}
    </Card>
  );
}

function Row({ account, onOpen }: { account: Account; onOpen: (what: 'edit' | 'remove') => void }) {
  const { name, rules, connections } = account;
  const [first, ...others] = rules.filter((line) => countRules(line) > 0);
  return (
    <li>
      <span class="ic">
        <Icon name="key-round" />
      </span>
      <span class="nm">
        {name}
        <small>
          {first === undefined ? t('accounts.noRules') : <code>{first}</code>}
          {others.length > 0 && ` ${t('accounts.moreRules', { count: others.length })}`}
        </small>
      </span>
      {connections > 0 && <span class="st ok hide-s">{t('accounts.connected', { count: connections })}</span>}
      <a class="btn ghost sm hide-s" href={href('/access/:tab', { tab: 'tester' }, { account: name })}>
        {t('accounts.test')}
      </a>
      <IconButton icon="pencil" label={t('accounts.editOf', { name })} kind="ghost" onClick={() => onOpen('edit')} />
      <IconButton icon="trash-2" label={t('accounts.remove', { name })} kind="ghost" onClick={() => onOpen('remove')} />
    </li>
  );
}
