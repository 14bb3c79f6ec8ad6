/** The ports that are open, and the limits that turned somebody away. */
import type { HealthListener, LimitReached } from '../../../../hub/contract/live.ts';
import { sentenceOf, t } from '../../i18n/language.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Time } from '../../parts/time.tsx';
import { may } from '../../session.ts';

export function ListenersCard({ listeners }: { listeners: readonly HealthListener[] }) {
  return (
    <Card icon="plug" title={t('health.listeners')}>
      {listeners.length === 0 && <p class="note">{t('health.noListeners')}</p>}
      <ul class="rows">
        {listeners.map(({ kind, host, port, clients }) => (
          <li key={port}>
            <div class="nm">
              {t(`health.listener.${kind}`)}
              <small class="num">
                {host}:{port}
              </small>
            </div>
            <span class="tag num">{t('health.listenerClients', { count: clients })}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function LimitsCard({ limits }: { limits: readonly LimitReached[] }) {
  const all = may('refusals.read') && limits.length > 0 && (
    <LinkButton size="sm" kind="ghost" href="/access/refusals">
      {t('health.limitsAll')}
    </LinkButton>
  );
  return (
    <Card icon="ban" title={t('health.limits')} end={all === false ? undefined : all}>
      {limits.length === 0 ? (
        <p class="note">{t('health.noLimits')}</p>
      ) : (
        <ul class="rows">
          {limits.map(({ code, count, lastMs }) => (
            <li key={code}>
              <span class="ic bad">
                <Icon name="ban" />
              </span>
              <div class="nm">
                {sentenceOf(code)?.title ?? code}
                <small>{sentenceOf(code)?.hint}</small>
              </div>
              <div class="when">
                <Time atMs={lastMs} />
                <span class="tag num">{t('health.limitTimes', { count })}</span>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
