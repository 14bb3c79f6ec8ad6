/** One destination: what goes where, how much waits, what went wrong, and what can be done about it. */
import type { Destination, DestinationStatus } from '../../../../hub/contract/destination.ts';
import { call } from '../../api.ts';
import { formatClock, formatNumber } from '../../i18n/format.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Menu, MenuItem } from '../../parts/menu.tsx';
import { Time } from '../../parts/time.tsx';
import { toast } from '../../parts/toast.tsx';
import { may } from '../../session.ts';
import { failureWords } from './failure-words.ts';

/** What lies over the page when it is asked for. */
export type Ask = 'edit' | 'letters' | 'discard' | 'remove';

interface DestinationCardProps {
  destination: Destination;
  trend: 'grows' | 'drains' | null;
  onAsk: (what: Ask) => void;
}

export function DestinationCard({ destination, trend, onAsk }: DestinationCardProps) {
  const { kind, name, status, fixed } = destination;
  return (
    <Card
      class="destination"
      icon={kind === 'webhook' ? 'send' : 'radio'}
      title={name}
      end={
        <>
          <State destination={destination} />
          {may('forwarding.manage') && <More destination={destination} onAsk={onAsk} />}
        </>
      }
    >
      <Way destination={destination} />
      {fixed && <p class="note">{t('forwarding.fixed')}</p>}
      <Figures destination={destination} trend={trend} onAsk={onAsk} />
      <Trouble status={status} />
      {may('forwarding.manage') && <Actions destination={destination} />}
    </Card>
  );
}

const LOOKS = { idle: 'ok', sending: 'ok', waiting: 'bad', paused: 'idle' } as const;

function State({ destination: { status } }: { destination: Destination }) {
  const { state, connected } = status;
  if (connected === false && state !== 'paused') {
    return <span class="st bad">{t('forwarding.state.connecting')}</span>;
  }
  return <span class={`st ${LOOKS[state]}`}>{t(`forwarding.state.${state}`)}</span>;
}

/** `topics → how → target` */
function Way({ destination }: { destination: Destination }) {
  return (
    <p class="way">
      <span class="mono">{sourceOf(destination)}</span>
      <Icon name={destination.kind === 'mqtt' && destination.direction === 'in' ? 'arrow-left' : 'arrow-right'} />
      <span>{howOf(destination)}</span>
      <Icon name={destination.kind === 'mqtt' && destination.direction === 'in' ? 'arrow-left' : 'arrow-right'} />
      <span class="mono">{destination.url}</span>
    </p>
  );
}

function sourceOf(destination: Destination): string {
  const { topics } = destination;
  const [first, ...others] = topics;
  const said =
    first === undefined
      ? []
      : [others.length === 0 ? first : t('forwarding.topicsMore', { first, count: others.length })];
  const events = destination.kind === 'webhook' && destination.events ? [t('forwarding.events')] : [];
  return [...events, ...said].join(', ') || t('forwarding.nothing');
}

function howOf(destination: Destination): string {
  if (destination.kind === 'mqtt') {
    const { direction } = destination;
    if (direction === 'out') return t('forwarding.asTheyAre');
    return t(direction === 'in' ? 'forwarding.incoming' : 'forwarding.both');
  }
  if (destination.template !== null) return t('forwarding.template');
  return t(destination.events ? 'forwarding.mapped' : 'forwarding.asTheyAre');
}

function Figures({ destination, trend, onAsk }: DestinationCardProps) {
  const { status, kind } = destination;
  const { queued, oldestMs, sent, sentLastMinute, lastSentMs, received, deadLetters } = status;
  return (
    <dl class="destination-figures num">
      <div>
        <dt>{t('forwarding.queued')}</dt>
        <dd class={queued > 0 ? 'warn' : ''}>
          {formatNumber(queued)}
          <small>{trend !== null && t(trend === 'grows' ? 'forwarding.grows' : 'forwarding.drains')}</small>
        </dd>
      </div>
      <div>
        <dt>{t('forwarding.oldest')}</dt>
        <dd>{oldestMs === null ? t('forwarding.nothing') : <Time atMs={oldestMs} />}</dd>
      </div>
      <div>
        <dt>{t('forwarding.perMinute')}</dt>
        <dd>{formatNumber(sentLastMinute)}</dd>
      </div>
      <div>
        <dt>{t('forwarding.total')}</dt>
        <dd>
          {formatNumber(sent)}
          <small>{lastSentMs !== null && <Time atMs={lastSentMs} />}</small>
        </dd>
      </div>
      {kind === 'mqtt' && (
        <div>
          <dt>{t('forwarding.received')}</dt>
          <dd>{formatNumber(received)}</dd>
        </div>
      )}
      <div>
        <dt>{t('forwarding.dead')}</dt>
        <dd class={deadLetters > 0 ? 'warn' : ''}>
          {deadLetters === 0 ? (
            0
          ) : (
            <button type="button" class="text-btn" onClick={() => onAsk('letters')}>
              {formatNumber(deadLetters)}
            </button>
          )}
        </dd>
      </div>
    </dl>
  );
}

function Trouble({ status }: { status: DestinationStatus }) {
  const { lastError, retryAtMs, dropped, lastSentMs } = status;
  // One that was followed by a success is history.
  const isOver = lastError === null || (lastSentMs !== null && lastSentMs > lastError.atMs && retryAtMs === null);
  return (
    <div class="trouble" role="status">
      {!isOver && (
        <div class="err">
          <Icon name="circle-alert" />
          <div>
            <b>{failureWords(lastError)}</b>
            <small>
              {t('forwarding.lastError', {
                time: formatClock(lastError.atMs),
                status: statusText(lastError.httpStatus),
              })}
              {lastError.body !== null && ` · ${t('forwarding.answered', { body: lastError.body })}`}
            </small>
            {retryAtMs !== null && (
              <small>
                {t('forwarding.retry', { time: formatClock(retryAtMs) })} {t('forwarding.localGoesOn')}
              </small>
            )}
          </div>
        </div>
      )}
      {dropped > 0 && <p class="note bad">{t('forwarding.dropped', { count: dropped })}</p>}
    </div>
  );
}

const statusText = (httpStatus: number | null): string => (httpStatus === null ? '' : ` · HTTP ${httpStatus}`);

function Actions({ destination: { id, paused, status } }: { destination: Destination }) {
  const params = { id };
  const pause = () =>
    attempt(async () => void (await call('PATCH /api/v1/destinations/:id', { params, body: { paused: !paused } })));
  const flush = () => attempt(async () => void (await call('POST /api/v1/destinations/:id/flush', { params })));
  const test = () =>
    attempt(async () => {
      const { ok, ms, ...failure } = await call('POST /api/v1/destinations/:id/test', { params });
      const text = ok ? t('forwarding.testOk', { ms }) : t('forwarding.testFailed', { message: failureWords(failure) });
      toast({ kind: ok ? 'ok' : 'bad', text });
    });
  return (
    <div class="card-foot row">
      <Button icon={paused ? 'play' : 'pause'} onClick={() => void pause()}>
        {t(paused ? 'forwarding.resume' : 'forwarding.pause')}
      </Button>
      {status.state === 'waiting' && (
        <Button icon="refresh-cw" onClick={() => void flush()}>
          {t('forwarding.flush')}
        </Button>
      )}
      {!paused && (
        <Button icon="check" onClick={() => void test()}>
          {t('forwarding.test')}
        </Button>
      )}
    </div>
  );
}

function More({ destination, onAsk }: Pick<DestinationCardProps, 'destination' | 'onAsk'>) {
  const { name, fixed, status } = destination;
  return (
    <Menu label={t('forwarding.more', { name })} buttonClass="btn ghost icon" button={<Icon name="ellipsis" />}>
      <MenuItem icon="pencil" onClick={() => onAsk('edit')}>
        {t('forwarding.edit')}
      </MenuItem>
      {status.queued > 0 && (
        <MenuItem icon="trash-2" danger onClick={() => onAsk('discard')}>
          {t('forwarding.discard')}
        </MenuItem>
      )}
      {!fixed && (
        <MenuItem icon="trash-2" danger onClick={() => onAsk('remove')}>
          {t('forwarding.remove')}
        </MenuItem>
      )}
    </Menu>
  );
}
