/** One row of the feed, and behind it everything that is known of it: its data, where it came from, its repeats. */
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { Event } from '../../../../hub/contract/event.ts';
import { PAGE_LIMIT_MAX } from '../../../../hub/contract/limits.ts';
import { call } from '../../api.ts';
import { formatFull } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { eventSentence, SEVERITY_ICONS, typeWords } from '../../parts/alerts/alert-words.ts';
import { mayManageAlerts } from '../../parts/alerts/may-manage.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Skeleton, Whenever } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { href } from '../../router.ts';
import { fleet } from '../../state/devices.ts';
import { useResource } from '../../state/loading.ts';
import type { FeedRow } from './feed-list.ts';

/** Repeats that a row shows; the list of the API has them all. */
const REPEATS_SHOWN_MAX = 50;

export function EventRow({ row }: { row: FeedRow }) {
  const { newest, count } = row;
  const { severity, deviceId, type, code, source, atMs } = newest;
  const id = useId();
  const isOpen = useSignal(false);
  const message = eventSentence(newest);
  return (
    <li class={isOpen.value ? 'event open' : 'event'}>
      <span class={`ic ${severity}`}>
        <Icon name={SEVERITY_ICONS[severity]} />
        <span class="vh">{t(`severity.${severity}`)}</span>
      </span>
      <div class="nm">
        <span data-tip={type}>{typeWords(type)}</span> {count > 1 && <span class="tag num">×{count}</span>}
        <small>
          {deviceId === null ? (
            t('events.hub')
          ) : (
            <a class="more" href={href('/devices/:id', { id: deviceId })}>
              {fleet.name(deviceId)}
            </a>
          )}
          {source !== null && code === null && <> · {source}</>}
          {message !== null && <> · {message}</>}
        </small>
      </div>
      <span class="when num">
        <Time atMs={atMs} />
      </span>
      <button
        type="button"
        class="btn icon sm ghost"
        aria-expanded={isOpen.value}
        aria-controls={id}
        aria-label={t('events.details', { type: typeWords(type) })}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        <Icon name={isOpen.value ? 'chevron-up' : 'chevron-down'} />
      </button>
      <div id={id} class="details" hidden={!isOpen.value}>
        {isOpen.value && <Details row={row} />}
      </div>
    </li>
  );
}

function Details({ row }: { row: FeedRow }) {
  const { newest, count } = row;
  const { id, topic, data, atMs, receivedMs, ackedBy, note, deviceId } = newest;
  return (
    <>
      <dl class="kv num">
        {/* the list of repeats begins with it */}
        {count === 1 && (
          <>
            <dt>{t('events.at')}</dt>
            <dd>{formatFull(atMs)}</dd>
          </>
        )}
        <dt>{t('events.received')}</dt>
        <dd>{formatFull(receivedMs)}</dd>
        {topic !== null && (
          <>
            <dt>{t('events.topic')}</dt>
            <dd>
              <a class="more mono" href={href('/explorer/:topic?', { topic })}>
                {topic}
              </a>
            </dd>
          </>
        )}
        {ackedBy !== null && (
          <>
            <dt>{t('alert.ackedBy', { name: ackedBy })}</dt>
            <dd class="wraps">{note ?? ''}</dd>
          </>
        )}
      </dl>
      {data !== null && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <section class="code" tabIndex={0} aria-label={t('events.data')}>
          {JSON.stringify(data, null, 2)}
        </section>
      )}
      {count > 1 && <Repeats row={row} />}
      {ackedBy === null && newest.severity !== 'info' && mayManageAlerts(deviceId) && <Acknowledge id={id} />}
    </>
  );
}

function Acknowledge({ id }: { id: string }) {
  const isBusy = useSignal(false);
  const acknowledge = async () => {
    isBusy.value = true;
    await attempt(async () => void (await call('POST /api/v1/events/:id/ack', { params: { id }, body: {} })));
    isBusy.value = false;
  };
  return (
    <div>
      <Button size="sm" icon="check" busy={isBusy.value} onClick={() => void acknowledge()}>
        {t('alert.ack')}
      </Button>
    </div>
  );
}

function Repeats({ row }: { row: FeedRow }) {
  const { newest, count, firstMs } = row;
  const { type, deviceId } = newest;
  const repeats = useResource(`${newest.id} ${count}`, async (signal) => {
    const to = Math.max(newest.atMs, newest.receivedMs) + 1;
    const query = { type, to, limit: PAGE_LIMIT_MAX, ...(deviceId !== null && { device: deviceId }) };
    const { items } = await call('GET /api/v1/events', { query, signal });
    const isOfRow = (event: Event): boolean => event.deviceId === deviceId && event.receivedMs >= firstMs;
    return items.filter(isOfRow).slice(0, REPEATS_SHOWN_MAX);
  });
  return (
    <Whenever
      state={repeats.state.value}
      onRetry={() => void repeats.reload()}
      skeleton={<Skeleton rows={2} height={20} />}
    >
      {(items) => (
        <ul class="repeats num">
          {items.map((event) => (
            <Repeat key={event.id} event={event} />
          ))}
          {count > items.length && <li class="muted">{t('events.repeatsMore', { count: count - items.length })}</li>}
        </ul>
      )}
    </Whenever>
  );
}

function Repeat({ event }: { event: Event }) {
  const message = eventSentence(event);
  return (
    <li>
      <time dateTime={new Date(event.atMs).toISOString()}>{formatFull(event.atMs)}</time>
      {message !== null && ` · ${message}`}
    </li>
  );
}
