/** The broker in numbers; what the hub does not know is not there. */
import type { LiveHealth } from '../../../../hub/contract/live.ts';
import { formatBytes, formatNumber, formatRate, withUnit } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { splitUnit } from '../../i18n/split-unit.ts';

/** From here on, timers that fire late are felt: a page that reacts slower than this feels slow. */
const DELAY_WARN_MS = 100;

export function Figures({ health }: { health: LiveHealth }) {
  const { clients, clientsMaximum, messagesInPerS, messagesOutPerS, dropped, memory, eventLoop } = health;
  return (
    <section class="card figures" aria-label={t('health.numbers')}>
      <Figure
        label={t('health.clients')}
        value={formatNumber(clients)}
        note={t('health.clientsMaximum', { count: clientsMaximum })}
      />
      <Figure label={t('health.in')} value={formatRate(messagesInPerS)} unit={t('health.perSecond')} />
      <Figure label={t('health.out')} value={formatRate(messagesOutPerS)} unit={t('health.perSecond')} />
      <Figure
        label={t('health.dropped')}
        value={formatNumber(dropped)}
        look={dropped > 0 ? 'warn' : undefined}
        note={t('health.sinceStart')}
      />
      <Kept health={health} />
      <Figure
        label={t('health.memory')}
        {...sized(memory.residentBytes)}
        note={t('health.heap', { size: formatBytes(memory.heapBytes) })}
      />
      {eventLoop !== null && (
        <Figure
          label={t('health.delay')}
          {...splitUnitOf(withUnit(rounded(eventLoop.p99Ms), 'ms'))}
          look={eventLoop.p99Ms >= DELAY_WARN_MS ? 'warn' : undefined}
          note={t('health.delayHalf', { delay: withUnit(rounded(eventLoop.p50Ms), 'ms') })}
        />
      )}
    </section>
  );
}

function Kept({ health: { retained, subscriptions, queued, inFlight } }: { health: LiveHealth }) {
  return (
    <>
      {retained !== null && <Figure label={t('health.retained')} value={formatNumber(retained)} />}
      {subscriptions !== null && <Figure label={t('health.subscriptions')} value={formatNumber(subscriptions)} />}
      {queued !== null && (
        <Figure
          label={t('health.queued')}
          value={formatNumber(queued.messages)}
          note={queued.bytes === null ? undefined : formatBytes(queued.bytes)}
        />
      )}
      {inFlight !== null && <Figure label={t('health.inFlight')} value={formatNumber(inFlight)} />}
    </>
  );
}

interface FigureProps {
  label: string;
  value: string;
  unit?: string | undefined;
  note?: string | undefined;
  look?: 'warn' | undefined;
}

function Figure({ label, value, unit = '', note = '', look }: FigureProps) {
  return (
    <div>
      <span class="l">{label}</span>
      <b class={look === undefined ? 'num' : `num ${look}`}>
        {value}
        {unit !== '' && <small> {unit}</small>}
      </b>
      <span class="n num">{note}</span>
    </div>
  );
}

function splitUnitOf(text: string): { value: string; unit: string } {
  const { number, unit } = splitUnit(text);
  return { value: number, unit };
}
const sized = (bytes: number) => splitUnitOf(formatBytes(bytes));
const rounded = (ms: number): number => (ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms));
