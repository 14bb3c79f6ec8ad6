/** The store and its disk: how large, how fast it grows, how long that goes on. */
import type { LiveHealth } from '../../../../hub/contract/live.ts';
import { formatBytes, formatDay, formatPercent } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';

/** Less than this share of the disk left, or less than these days, is worth a colour. */
const FREE_LOW = 0.1;
const DAYS_LOW_MS = 30 * 86_400_000;

export function RoomCard({ health: { store, disk, atMs } }: { health: LiveHealth }) {
  return (
    <Card icon="hard-drive" title={t('health.store')}>
      <dl class="kv num">
        <dt>{t('health.storeSize')}</dt>
        <dd>{store.bytes === null ? t('health.unknown') : formatBytes(store.bytes)}</dd>
        <dt>{t('health.growth')}</dt>
        <dd>{growthText(store.growthPerDay)}</dd>
        {disk !== null && (
          <>
            <dt>{t('health.diskFree')}</dt>
            <dd>{t('health.freeOf', { free: formatBytes(disk.freeBytes), total: formatBytes(disk.totalBytes) })}</dd>
            <dt>{t('health.diskFull')}</dt>
            <dd class={disk.fullAtMs !== null && disk.fullAtMs - atMs < DAYS_LOW_MS ? 'warn' : undefined}>
              {disk.fullAtMs === null ? t('health.notInSight') : formatDay(disk.fullAtMs, atMs)}
            </dd>
          </>
        )}
      </dl>
      {disk !== null && <DiskBar {...disk} />}
    </Card>
  );
}

function DiskBar({ freeBytes, totalBytes }: { freeBytes: number; totalBytes: number }) {
  const used = totalBytes === 0 ? 0 : 1 - freeBytes / totalBytes;
  const percent = formatPercent(used);
  return (
    <div
      class={`prog disk ${1 - used < FREE_LOW ? 'low' : ''}`}
      role="img"
      aria-label={t('health.diskUsed', { percent })}
    >
      <i style={{ width: `${(used * 100).toFixed(1)}%` }} />
    </div>
  );
}

function growthText(perDay: number | null): string {
  if (perDay === null) return t('health.growthLater');
  if (perDay < 0) return t('health.shrinks', { size: formatBytes(-perDay) });
  return t('health.perDay', { size: formatBytes(perDay) });
}
