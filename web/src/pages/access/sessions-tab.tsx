/** Where people are signed in, and the way to end it. */
import { useSignal } from '@preact/signals';
import { PAGE_LIMIT_MAX } from '../../../../hub/contract/limits.ts';
import type { Session } from '../../../../hub/contract/user.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Seg } from '../../parts/choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Empty, Skeleton, Whenever } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { toast } from '../../parts/toast.tsx';
import { place, setQuery } from '../../router.ts';
import { currentUser, may } from '../../session.ts';
import { type Resource, useResource } from '../../state/loading.ts';
import { agentOf } from './agent-name.ts';

type Whose = 'mine' | 'all';

export function SessionsTab() {
  const whose: Whose = place.value.query.get('of') === 'all' && may('people.manage') ? 'all' : 'mine';
  const sessions = useResource(`sessions ${whose}`, async (signal) => {
    const query = { limit: PAGE_LIMIT_MAX, ...(whose === 'all' ? { all: true } : {}) };
    return (await call('GET /api/v1/sessions', { query, signal })).items;
  });
  return (
    <Card
      title={t('access.sessions')}
      icon="monitor"
      end={
        may('people.manage') && (
          <Seg<Whose>
            label={t('sessions.whose')}
            value={whose}
            options={[
              { value: 'mine', label: t('sessions.mine') },
              { value: 'all', label: t('sessions.everybody') },
            ]}
            onChange={(next) => setQuery({ of: next === 'all' ? 'all' : undefined })}
          />
        )
      }
    >
      <Whenever
        state={sessions.state.value}
        onRetry={() => void sessions.reload()}
        skeleton={<Skeleton rows={3} height={48} />}
      >
        {(items) => <Sessions sessions={items} resource={sessions} showsNames={whose === 'all'} />}
      </Whenever>
    </Card>
  );
}

function Sessions({
  sessions,
  resource,
  showsNames,
}: {
  sessions: readonly Session[];
  resource: Resource<Session[]>;
  showsNames: boolean;
}) {
  const isBusy = useSignal(false);
  const end = async (ended: readonly Session[]) => {
    for (const { id } of ended) await call('DELETE /api/v1/sessions/:id', { params: { id } });
    const gone = new Set(ended.map(({ id }) => id));
    resource.set(sessions.filter(({ id }) => !gone.has(id)));
  };
  const others = sessions.filter(({ current, userId }) => !current && userId === currentUser.value?.id);
  const endOthers = async () => {
    isBusy.value = true;
    await attempt(async () => {
      await end(others);
      toast({ kind: 'ok', text: t('sessions.othersRevoked', { count: others.length }) });
    });
    isBusy.value = false;
  };
  const endOne = (session: Session) =>
    attempt(async () => {
      await end([session]);
      toast({ kind: 'ok', text: t('sessions.revoked') });
    });
  return (
    <>
      <ul class="rows">
        {sessions.map((session) => (
          <Row key={session.id} session={session} showsName={showsNames} onEnd={() => void endOne(session)} />
        ))}
      </ul>
      {sessions.every(({ current }) => current) && (
        <Empty icon="shield-check" title={t('sessions.onlyThis')} text={t('sessions.onlyThisText')} />
      )}
      {others.length > 1 && (
        <div class="card-foot">
          <Button icon="log-out" busy={isBusy.value} onClick={() => void endOthers()}>
            {t('sessions.revokeOthers')}
          </Button>
        </div>
      )}
    </>
  );
}

function Row({ session, showsName, onEnd }: { session: Session; showsName: boolean; onEnd: () => void }) {
  const agent = agentOf(session.agent);
  const name = agentName(agent);
  return (
    <li>
      <span class="ic">
        <Icon name={agent.isPhone ? 'smartphone' : 'laptop'} />
      </span>
      <span class="nm">
        {showsName && `${session.username} · `}
        <span title={session.agent}>{name}</span> {session.current && <span class="tag">{t('sessions.current')}</span>}
        <small>
          <span class="mono">{session.address}</span> · {t('sessions.used')} <Time atMs={session.lastUsedMs} />
        </small>
      </span>
      {session.live && <span class="st ok hide-s">{t('sessions.live')}</span>}
      {!session.current && (
        <Button size="sm" more={{ 'aria-label': t('sessions.revokeOf', { agent: name }) }} onClick={onEnd}>
          {t('sessions.revoke')}
        </Button>
      )}
    </li>
  );
}

function agentName({ browser, system }: ReturnType<typeof agentOf>): string {
  if (browser === undefined) return system ?? t('agent.unknown');
  return system === undefined ? browser : t('agent.on', { browser, system });
}
