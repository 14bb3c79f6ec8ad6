/** What the hub turned away: each with its reason in a sentence, and what to do about it. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Refusal } from '../../../../hub/contract/refusal.ts';
import { call } from '../../api.ts';
import { sentenceOf, t } from '../../i18n/language.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Card } from '../../parts/card.tsx';
import { SearchField } from '../../parts/field.tsx';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { Empty, Skeleton, Whenever } from '../../parts/states.tsx';
import { Time } from '../../parts/time.tsx';
import { href, place, setQuery } from '../../router.ts';
import { useResource } from '../../state/loading.ts';
import { stats } from '../../state/stats.ts';
import { AllowButton } from './allow-button.tsx';
import { cureOf } from './cure.ts';
import { reasonOf, whyOf } from './reasons.ts';

/** Typing goes into the address, and to the hub, once it pauses. */
const TYPING_MS = 250;

const ICONS: Record<Refusal['action'], IconName> = { connect: 'unplug', publish: 'send', subscribe: 'radio' };

export function RefusalsTab() {
  const { query } = place.value;
  const q = query.get('q') ?? '';
  const device = query.get('device') ?? '';
  const refusals = useResource(`refusals ${q} ${device}`, async (signal) => {
    const filter = { ...(q === '' ? {} : { q }), ...(device === '' ? {} : { device }) };
    return (await call('GET /api/v1/refusals', { query: filter, signal })).items;
  });
  useReloadOnNews(() => void refusals.reload());
  return (
    <Card>
      <div class="tools">
        <Search value={q} />
        {device !== '' && (
          <span class="chip">
            {t('refusals.ofDevice', { id: device })}
            <IconButton
              icon="x"
              label={t('common.clear')}
              kind="ghost"
              size="sm"
              onClick={() => setQuery({ device: undefined })}
            />
          </span>
        )}
        <span class="grow" />
        <IconButton icon="refresh-cw" label={t('refusals.reload')} onClick={() => void refusals.reload()} />
      </div>
      <p class="note">{t('refusals.lead')}</p>
      <Whenever
        state={refusals.state.value}
        onRetry={() => void refusals.reload()}
        skeleton={<Skeleton rows={4} height={66} />}
      >
        {(items) => (items.length === 0 ? <Nothing search={q} device={device} /> : <Refusals items={items} />)}
      </Whenever>
    </Card>
  );
}

/** The hub counts refusals live; when the count moves, the list is old. */
function useReloadOnNews(reload: () => void): void {
  const count = stats.value?.refusedLastHour;
  const seen = useSignal<number | undefined>(undefined);
  useEffect(() => {
    if (seen.value !== undefined && count !== undefined && count !== seen.value) reload();
    seen.value = count;
  }, [count]);
}

function Search({ value }: { value: string }) {
  const typed = useSignal(value);
  useEffect(() => {
    typed.value = value;
  }, [value]);
  useEffect(() => {
    const timer = setTimeout(() => typed.value !== value && setQuery({ q: typed.value }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed.value]);
  return (
    <SearchField
      label={t('refusals.search')}
      value={typed.value}
      onInput={(text) => {
        typed.value = text;
      }}
    />
  );
}

function Nothing({ search, device }: { search: string; device: string }) {
  if (search === '' && device === '') {
    return <Empty icon="shield-check" title={t('refusals.none')} text={t('refusals.noneText')} />;
  }
  return (
    <Empty icon="search" title={t('refusals.noMatch', { query: search === '' ? device : search })}>
      <Button onClick={() => setQuery({ q: undefined, device: undefined })}>{t('common.clear')}</Button>
    </Empty>
  );
}

function Refusals({ items }: { items: readonly Refusal[] }) {
  return (
    <ul class="rows refusals">
      {items.map((refusal) => (
        <Row key={refusal.id} refusal={refusal} />
      ))}
    </ul>
  );
}

function Row({ refusal }: { refusal: Refusal }) {
  const { title } = sentenceOf(refusal.code) ?? refusal;
  const { account, allow } = refusal;
  const why = whyOf(refusal);
  return (
    <li>
      <span class="ic bad">
        <Icon name={ICONS[refusal.action]} />
      </span>
      <div class="nm">
        {title} <span class="sub cure">{cureOf(refusal)}</span>
        {why !== undefined && <small lang={why.lang}>{why.text}</small>}
        <Facts refusal={refusal} />
        {account !== undefined && allow !== undefined && (
          <div class="row wrap allow">
            <AllowButton account={account} rule={allow} />
          </div>
        )}
      </div>
      <div class="when">
        <Time atMs={refusal.lastAtMs} />
        {refusal.count > 1 && (
          <span class="tag num" title={t('refusals.timesTitle', { count: refusal.count })}>
            {t('refusals.times', { count: refusal.count })}
          </span>
        )}
      </div>
    </li>
  );
}

function Facts({ refusal }: { refusal: Refusal }) {
  const facts = [
    [t('refusals.client'), isMadeUp(refusal.clientId) ? undefined : refusal.clientId],
    [t('refusals.account'), refusal.account],
    [t('refusals.user'), refusal.account === undefined ? refusal.username : undefined],
    [t('refusals.topic'), refusal.topic],
    [t('refusals.rule'), lineOf(refusal)],
    [t('refusals.address'), refusal.address],
  ] as const;
  return (
    <div class="facts">
      <span class="tag">{t(`refusals.${refusal.action}`)}</span>
      {refusal.deviceId !== undefined && (
        <a class="tag" href={href('/devices/:id', { id: refusal.deviceId })}>
          <b>{t('refusals.device')}</b>
          {refusal.deviceId}
        </a>
      )}
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <span key={name} class="tag">
            <b>{name}</b>
            {value}
          </span>
        ),
      )}
    </div>
  );
}

/** The rule of an account that decided, when one did. */
function lineOf({ rule }: Refusal): string | undefined {
  return rule === undefined || reasonOf(rule) !== undefined ? undefined : rule;
}

/** The hub gives a client that comes without an id one that says nothing to anybody. */
const isMadeUp = (clientId: string | undefined): boolean => clientId?.startsWith('auto-') === true;
