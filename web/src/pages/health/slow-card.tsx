/** Clients that do not read what is sent to them, those that are owed most first. */
import type { SlowClient } from '../../../../hub/contract/live.ts';
import { formatBytes } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';
import { Time } from '../../parts/time.tsx';

export function SlowCard({ slow }: { slow: readonly SlowClient[] }) {
  return (
    <Card icon="clock" title={t('health.slow')}>
      {slow.length === 0 ? (
        <p class="note">{t('health.noSlow')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section class="scroll" tabIndex={0} aria-label={t('health.slowTable')}>
          <table class="tbl num">
            <thead>
              <tr>
                <th>{t('health.client')}</th>
                <th>{t('health.user')}</th>
                <th>{t('health.address')}</th>
                <th class="r">{t('health.waiting')}</th>
                <th class="r">{t('health.since')}</th>
              </tr>
            </thead>
            <tbody>
              {slow.map(({ clientId, user, address, waitingBytes, sinceMs }) => (
                <tr key={`${clientId} ${user} ${address}`}>
                  <td>{clientId}</td>
                  <td>{user ?? t('health.nobody')}</td>
                  <td>{address}</td>
                  <td class="r">{formatBytes(waitingBytes)}</td>
                  <td class="r">
                    <Time atMs={sinceMs} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </Card>
  );
}
