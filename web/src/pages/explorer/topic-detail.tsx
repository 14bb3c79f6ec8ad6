/** The open topic: its value and how it changed, its history, who publishes it and who listens. */
import { useState } from 'preact/hooks';
import type { TopicDetail, TopicMessage, TopicPublisher, TopicSubscriber } from '../../../../hub/contract/topic.ts';
import { formatBytes, formatClockSeconds, formatNumber, formatRate } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';
import { Select } from '../../parts/choice.tsx';
import { Icon } from '../../parts/icon.tsx';
import { isBeginningOf, numbersIn, parseJson } from '../../parts/payload.ts';
import { Spark } from '../../parts/spark.tsx';
import { Empty, Skeleton, Whenever } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { type Shown, ValueView } from '../../parts/value-view.tsx';
import { href } from '../../router.ts';
import { type TopicState, useTopic } from './topic-state.ts';

export function OpenTopic({ topic }: { topic: string }) {
  const state = useTopic(topic);
  return (
    <Whenever state={state.detail.value} onRetry={() => void state.load()} skeleton={<Skeleton rows={4} height={90} />}>
      {(detail) => <Detail detail={detail} state={state} />}
    </Whenever>
  );
}

function Detail({ detail, state }: { detail: TopicDetail; state: TopicState }) {
  const messages = state.messages.value;
  const [picked, setPicked] = useState<TopicMessage | undefined>(undefined);
  const shown = picked !== undefined && messages.includes(picked) ? picked : messages[0];
  const before = shown === undefined ? undefined : messages[messages.indexOf(shown) + 1];
  const isRetained = shown !== undefined && detail.retained !== null && isBeginningOf(shown, detail.retained);
  // Of a long message only the beginning is remembered, but what is retained is kept whole.
  const value: Shown | null = shown === undefined || isRetained ? detail.retained : shown;
  return (
    <>
      <Card
        class="topic-value"
        title={t('explorer.value')}
        icon="braces"
        end={shown !== undefined ? <Time atMs={shown.atMs} /> : detail.retained !== null && t('explorer.retained')}
      >
        {state.oneOf.value > 1 && <p class="note">{t('explorer.oneOf', { count: state.oneOf.value })}</p>}
        {value === null ? (
          <Empty icon="list-tree" title={t('explorer.nothing')} text={t('explorer.nothingText')} />
        ) : (
          <ValueView message={value} before={before} />
        )}
        {shown !== undefined && detail.retained !== null && !isRetained && (
          <details class="retained-value">
            <summary>
              <Icon name="pin" /> {t('explorer.retainedOther')}
            </summary>
            <ValueView message={detail.retained} before={undefined} />
          </details>
        )}
        <NumberChart messages={messages} />
      </Card>
      <Who detail={detail} newest={messages[0]} />
      <History messages={messages} picked={shown} onPick={setPicked} />
    </>
  );
}

/** Any number of the payload over the messages that are kept. */
function NumberChart({ messages }: { messages: readonly TopicMessage[] }) {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const runs = messages.map(({ text }) => numbersIn(parseJson(text)));
  const paths = [...(runs[0]?.keys() ?? [])];
  const [first] = paths;
  if (first === undefined || messages.length < 2) return null;
  const path = chosen !== undefined && paths.includes(chosen) ? chosen : first;
  const values = runs.flatMap((run) => run.get(path) ?? []).reverse();
  const last = values.at(-1);
  return (
    <figure class="mini-chart">
      <figcaption class="row wrap">
        {paths.length > 1 && (
          <Select
            isBare
            label={t('explorer.chartOf')}
            value={path}
            options={paths.map((one) => ({ value: one, label: one === '' ? t('explorer.value') : one }))}
            onChange={setChosen}
          />
        )}
        <b class="num">{last === undefined ? '' : formatNumber(last)}</b>
        <span class="muted num">
          {t('explorer.range', { low: formatNumber(Math.min(...values)), high: formatNumber(Math.max(...values)) })}
        </span>
      </figcaption>
      <Spark values={values} />
    </figure>
  );
}

function Who({ detail, newest }: { detail: TopicDetail; newest: TopicMessage | undefined }) {
  const { publishers, subscribers, subscribersTotal } = detail;
  return (
    <div class="talkers">
      <Card title={t('explorer.publishers')} icon="send">
        {publishers.length === 0 ? (
          <p class="muted">{t('explorer.noPublishers')}</p>
        ) : (
          <ul class="rows who-list">
            {publishers.map((one) => (
              <Publisher key={`${one.clientId} ${one.deviceId} ${one.address}`} publisher={one} newest={newest} />
            ))}
          </ul>
        )}
      </Card>
      <Card title={t('explorer.subscribers')} icon="radio" end={<span class="tag num">{subscribersTotal}</span>}>
        {subscribers.length === 0 ? (
          <p class="muted">{t('explorer.noSubscribers')}</p>
        ) : (
          <ul class="rows who-list">
            {subscribers.map((one) => (
              <Subscriber key={`${one.clientId} ${one.username} ${one.filter}`} subscriber={one} />
            ))}
          </ul>
        )}
      </Card>
    </div>
  );
}

function Publisher({ publisher, newest }: { publisher: TopicPublisher; newest: TopicMessage | undefined }) {
  // Who publishes is asked for now and then; the message above is newer.
  const isNewest = newest !== undefined && newest.clientId === publisher.clientId;
  return (
    <li>
      <Name who={publisher} />
      <span class="when">
        <span class="num">{t('explorer.perMinute', { rate: formatRate(publisher.ratePerMinute) })}</span>
        <span aria-hidden="true">·</span>
        <Time atMs={isNewest ? Math.max(newest.atMs, publisher.atMs) : publisher.atMs} />
      </span>
    </li>
  );
}

function Subscriber({ subscriber }: { subscriber: TopicSubscriber }) {
  return (
    <li>
      <Name who={subscriber} />
      <span class="when">
        <span class="tag mono">{subscriber.filter}</span>
        <span class="tag">QoS {subscriber.qos}</span>
        {!subscriber.connected && <span class="tag warn">{t('explorer.away')}</span>}
      </span>
    </li>
  );
}

function Name({ who }: { who: Pick<TopicPublisher, 'clientId' | 'username' | 'deviceId' | 'address'> }) {
  const { clientId, username, deviceId, address } = who;
  const name = deviceId ?? username ?? clientId ?? t('explorer.somebody');
  return (
    <span class="nm">
      {deviceId === null ? <b>{name}</b> : <a href={href('/devices/:id', { id: deviceId })}>{name}</a>}
      <small class="mono muted">{[clientId === name ? null : clientId, address].filter(Boolean).join(' · ')}</small>
    </span>
  );
}

function History({
  messages,
  picked,
  onPick,
}: {
  messages: readonly TopicMessage[];
  picked: TopicMessage | undefined;
  onPick: (message: TopicMessage | undefined) => void;
}) {
  if (messages.length === 0) return null;
  return (
    <Card title={t('explorer.history')} icon="clock" end={<span class="tag num">{messages.length}</span>}>
      <p class="note">{t('explorer.historyNote')}</p>
      <ul class="history">
        {messages.map((message, at) => (
          <li key={at}>
            <button
              type="button"
              class={message === picked ? 'sel' : ''}
              aria-pressed={message === picked}
              onClick={() => onPick(at === 0 ? undefined : message)}
            >
              <time class="num muted">{formatClockSeconds(message.atMs)}</time>
              <span class="mono tval">{message.text ?? t('explorer.binary')}</span>
              {message.retain && <Icon name="pin" />}
              <span class="num muted">{formatBytes(message.bytes)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Card>
  );
}
