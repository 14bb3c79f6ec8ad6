/** The raw messages of a device as they come, both ways, each beside the one before it on its topic. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Device } from '../../../../hub/contract/device.ts';
import type { LiveTopic } from '../../../../hub/contract/live.ts';
import type { TopicMessage } from '../../../../hub/contract/topic.ts';
import { liveTopic } from '../../../../hub/contract/topics.ts';
import { call } from '../../api.ts';
import { formatClockSeconds } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { onLive } from '../../live/subscribe.ts';
import { Button, LinkButton } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { useShortcut } from '../../parts/shortcuts.ts';
import { Empty, Whenever } from '../../parts/states.tsx';
import { ValueView } from '../../parts/value-view.tsx';
import { href } from '../../router.ts';
import { useResource } from '../../state/loading.ts';
import { beforeOn, type Heard, withHeard } from './messages.ts';

/** Topics of one device that are followed at once. */
const TOPICS_MAX = 20;

export function MessagesTab({ device }: { device: Device }) {
  const topics = useResource(`${device.id} ${device.clientId}`, (signal) => topicsOf(device, signal));
  return (
    <Whenever state={topics.state.value} onRetry={() => void topics.reload()}>
      {(names) => <Messages key={names.join('\n')} device={device} topics={names} />}
    </Whenever>
  );
}

/** What it published last, and what carries its name. */
async function topicsOf({ id, clientId }: Device, signal: AbortSignal): Promise<string[]> {
  const asked = clientId === null ? [`+/${id}/#`] : [`client:${clientId}`, `+/${id}/#`];
  const pages = await Promise.all(
    asked.map((q) => call('GET /api/v1/topics', { query: { q, limit: TOPICS_MAX }, signal })),
  );
  const found = pages.flatMap(({ items }) => items.filter(({ value }) => value !== null).map(({ topic }) => topic));
  return [...new Set(found)].slice(0, TOPICS_MAX).sort();
}

function Messages({ device, topics }: { device: Device; topics: readonly string[] }) {
  const [heard, setHeard] = useState<readonly Heard[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [isPaused, setPaused] = useState(false);
  const paused = useRef(isPaused);
  paused.current = isPaused;
  useShortcut(' ', () => setPaused(!isPaused));
  useEffect(() => {
    const stop = new AbortController();
    const take = (topic: string, messages: readonly TopicMessage[]): void => {
      if (!paused.current) setHeard((known) => withHeard(known, topic, messages));
    };
    for (const topic of topics) {
      void call('GET /api/v1/topics/detail', { query: { topic }, signal: stop.signal }).then(
        ({ last }) => last !== null && take(topic, [last]),
        () => undefined, // gone meanwhile: what comes is shown all the same
      );
    }
    const stops = topics.map((topic) =>
      onLive<LiveTopic>(liveTopic(topic), ({ messages }) => messages.length > 0 && take(topic, messages)),
    );
    return () => {
      stop.abort();
      for (const one of stops) one();
    };
  }, []);
  const message = heard.find(({ key }) => key === chosen) ?? heard[0];
  return (
    <div class="cols messages">
      <Card
        icon="radio"
        title={t('device.messages')}
        end={
          <Button
            size="sm"
            icon={isPaused ? 'play' : 'pause'}
            more={{ 'aria-pressed': isPaused }}
            onClick={() => setPaused(!isPaused)}
          >
            {t(isPaused ? 'device.messagesGoOn' : 'device.messagesPause')}
          </Button>
        }
      >
        {heard.length === 0 ? (
          <Empty icon="radio" title={t('device.messagesEmpty')} text={t('device.messagesEmptyText')} />
        ) : (
          <ul class="heard">
            {heard.map((one) => (
              <li key={one.key}>
                <Line heard={one} device={device} isChosen={one === message} onChoose={() => setChosen(one.key)} />
              </li>
            ))}
          </ul>
        )}
      </Card>
      {message !== undefined && (
        <Card title={message.topic} class="heard-value">
          <ValueView message={message.message} before={beforeOn(heard, message)} />
          <p class="card-foot">
            <LinkButton size="sm" icon="list-tree" href={href('/explorer/:topic?', { topic: message.topic })}>
              {t('device.messagesExplorer')}
            </LinkButton>
          </p>
        </Card>
      )}
    </div>
  );
}

interface LineProps {
  heard: Heard;
  device: Device;
  isChosen: boolean;
  onChoose: () => void;
}

function Line({ heard: { topic, message }, device, isChosen, onChoose }: LineProps) {
  const isFrom = message.clientId !== null && [device.clientId, ...device.aliases].includes(message.clientId);
  return (
    <button type="button" class="heard-line" aria-current={isChosen} onClick={onChoose}>
      <span class="muted num">{formatClockSeconds(message.atMs)}</span>
      <span
        class={isFrom ? 'from' : 'to'}
        role="img"
        aria-label={t(isFrom ? 'device.messageFrom' : 'device.messageTo')}
      >
        {isFrom ? '←' : '→'}
      </span>
      <span class="cut">{topic}</span>
      <span class="cut sub">{message.text ?? t('device.messageBytes', { count: message.bytes })}</span>
    </button>
  );
}
