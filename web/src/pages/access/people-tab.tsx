/** People with their roles, and the invitations that make more of them. */
import { useSignal } from '@preact/signals';
import { PAGE_LIMIT_MAX } from '../../../../hub/contract/limits.ts';
import { ROLES, type Role } from '../../../../hub/contract/permissions.ts';
import type { User } from '../../../../hub/contract/user.ts';
import { call } from '../../api.ts';
import { formatDay } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { IconButton } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Select } from '../../parts/choice.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { Skeleton, Whenever } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { currentUser } from '../../session.ts';
import { Avatar } from '../../shell/account.tsx';
import { type Resource, useResource } from '../../state/loading.ts';
import { Invites } from './invites.tsx';

export function PeopleTab() {
  const people = useResource('people', async (signal) => {
    const page = await call('GET /api/v1/users', { query: { limit: PAGE_LIMIT_MAX }, signal });
    return page.items;
  });
  return (
    <div class="cols">
      <div class="stack">
        <Card title={t('access.people')} icon="users">
          <Whenever
            state={people.state.value}
            onRetry={() => void people.reload()}
            skeleton={<Skeleton rows={4} height={48} />}
          >
            {(users) => <People users={users} resource={people} />}
          </Whenever>
        </Card>
      </div>
      <div class="stack">
        <Invites />
        <RoleHelp />
      </div>
    </div>
  );
}

function People({ users, resource }: { users: readonly User[]; resource: Resource<User[]> }) {
  const leaving = useSignal<User | null>(null);
  const replace = (changed: User) => resource.set(users.map((user) => (user.id === changed.id ? changed : user)));
  const remove = async (user: User) => {
    await call('DELETE /api/v1/users/:id', { params: { id: user.id } });
    resource.set(users.filter(({ id }) => id !== user.id));
    toast({ kind: 'ok', text: t('people.removed', { name: user.username }) });
  };
  return (
    <>
      <ul class="rows people">
        {users.map((user) => (
          <Person
            key={user.id}
            user={user}
            onChanged={replace}
            onRemove={() => {
              leaving.value = user;
            }}
          />
        ))}
      </ul>
      {leaving.value !== null && (
        <Leaving
          user={leaving.value}
          onRemove={remove}
          onClose={() => {
            leaving.value = null;
          }}
        />
      )}
    </>
  );
}

function Person({ user, onChanged, onRemove }: { user: User; onChanged: (user: User) => void; onRemove: () => void }) {
  const isMe = user.id === currentUser.value?.id;
  const setRole = (role: Role) =>
    attempt(async () => {
      onChanged(await call('PATCH /api/v1/users/:id', { params: { id: user.id }, body: { role } }));
      toast({ kind: 'ok', text: t('people.roleChanged', { name: user.username, role: t(`role.${role}`) }) });
    }).then((isDone) => {
      // the select shows what was chosen; a refusal must bring back what is true
      if (!isDone) onChanged({ ...user });
    });
  return (
    <li>
      <Avatar name={user.username} />
      <span class="nm">
        {user.username} {isMe && <span class="tag">{t('people.you')}</span>}
        <small>{t('people.since', { date: formatDay(user.createdMs, Date.now()) })}</small>
      </span>
      <Select<Role>
        isBare
        label={t('people.role', { name: user.username })}
        value={user.role}
        options={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
        onChange={(role) => void setRole(role)}
      />
      <IconButton
        icon="trash-2"
        label={t('people.remove', { name: user.username })}
        kind="ghost"
        disabled={isMe}
        onClick={onRemove}
      />
    </li>
  );
}

function Leaving({
  user,
  onRemove,
  onClose,
}: {
  user: User;
  onRemove: (user: User) => Promise<void>;
  onClose: () => void;
}) {
  return (
    <Confirm
      title={t('people.removeTitle', { name: user.username })}
      text={t('people.removeText')}
      confirmLabel={t('people.removeConfirm')}
      onConfirm={() => onRemove(user)}
      onClose={onClose}
    />
  );
}

function RoleHelp() {
  return (
    <Card title={t('people.roles')} icon="shield-check">
      <dl class="about">
        {ROLES.map((role) => (
          <div key={role}>
            <dt>{t(`role.${role}`)}</dt>
            <dd>{t(`people.${role}May`)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
