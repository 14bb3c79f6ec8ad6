/** The strip that answers "is everything well": the fleet by state and four figures of the hub. */
import { formatBytes, formatDuration, formatNumber, formatRate } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { splitUnit } from '../../i18n/split-unit.ts';
import { FleetBar } from '../../parts/fleet-bar.tsx';
import { Spark } from '../../parts/spark.tsx';
import { may } from '../../session.ts';
import { fleet } from '../../state/devices.ts';
import { rates, stats } from '../../state/stats.ts';

/** A minute; and fewer than this make a line of no meaning. */
const RATES_SHOWN = 60;
const RATES_MIN = 4;

export function Glance() {
  return (
    <section class="card glance w12 h1" aria-label={t('overview.glance')}>
      <div>
        <FleetBar counts={fleet.counts.value} />
      </div>
      <Messages />
      <Refused />
      <Figure label={t('overview.store')} {...splitUnit(storeText())} />
      <Figure label={t('overview.latency')} {...splitUnit(latencyText())} />
    </section>
  );
}

function Messages() {
  return (
    <div>
      <div class="figure">
        <b class="num">
          {formatRate(stats.value?.messagesInPerS ?? 0)}
          <small>{t('overview.messagesUnit')}</small>
        </b>
        <span class="l">{t('overview.messages')}</span>
      </div>
      <Spark class="mini" values={rates.value.length < RATES_MIN ? [] : rates.value.slice(-RATES_SHOWN)} />
    </div>
  );
}

function Refused() {
  const refused = stats.value?.refusedLastHour ?? 0;
  const figure = (
    <>
      <b class={refused > 0 ? 'num bad' : 'num'}>{formatNumber(refused)}</b>
      <span class="l">{t('overview.refused')}</span>
    </>
  );
  return (
    <div>
      {may('refusals.read') ? (
        <a class="figure-link" href="/access/refusals">
          {figure}
        </a>
      ) : (
        <div>{figure}</div>
      )}
    </div>
  );
}

function Figure({ label, number, unit }: { label: string; number: string; unit: string }) {
  return (
    <div>
      <div>
        <b class="num">
          {number}
          <small>{unit}</small>
        </b>
        <span class="l">{label}</span>
      </div>
    </div>
  );
}

function storeText(): string {
  const bytes = stats.value?.storeBytes;
  return bytes === null || bytes === undefined ? '–' : formatBytes(bytes);
}

function latencyText(): string {
  const ms = stats.value?.commitP95Ms;
  return ms === null || ms === undefined ? '–' : formatDuration(ms);
}
