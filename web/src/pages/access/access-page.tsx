/** Who may come in: people and invitations, accounts of programs, open sessions, what was turned away and why. */
import type { ComponentType } from 'preact';
import type { Permission } from '../../../../hub/contract/permissions.ts';
import { t } from '../../i18n/language.ts';
import { PageHead, Tabs } from '../../parts/card.tsx';
import type { PageProps } from '../../routes.ts';
import { may } from '../../session.ts';
import { useTitle } from '../../title.ts';
import { AccountsTab } from './accounts-tab.tsx';
import { PeopleTab } from './people-tab.tsx';
import { RefusalsTab } from './refusals-tab.tsx';
import { SessionsTab } from './sessions-tab.tsx';
import { TesterTab } from './tester-tab.tsx';

const TABS = [
  { id: 'people', label: 'access.people', permission: 'people.manage', Content: PeopleTab },
  { id: 'accounts', label: 'access.accounts', permission: 'accounts.manage', Content: AccountsTab },
  { id: 'sessions', label: 'access.sessions', permission: 'sessions.own', Content: SessionsTab },
  { id: 'refusals', label: 'access.refusals', permission: 'refusals.read', Content: RefusalsTab },
  { id: 'tester', label: 'access.tester', permission: 'access.test', Content: TesterTab },
] as const satisfies readonly { id: string; label: string; permission: Permission; Content: ComponentType }[];

export function AccessPage({ params }: PageProps) {
  const allowed = TABS.filter(({ permission }) => may(permission));
  const current = allowed.find(({ id }) => id === params['tab']) ?? allowed[0];
  useTitle(current === undefined ? null : `${t(current.label)} · ${t('nav.access')}`);
  if (current === undefined) return null;
  const { Content } = current;
  return (
    <>
      <PageHead title={t('nav.access')} />
      <Tabs
        label={t('access.tabs')}
        tabs={allowed.map(({ id, label }) => ({
          href: `/access/${id}`,
          label: t(label),
          isCurrent: id === current.id,
        }))}
      />
      <Content key={current.id} />
    </>
  );
}
