/** Forwarding: where things go on to, how that fares, and what to do when it does not. */
import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { Destination } from '../../../../hub/contract/destination.ts';
import type { LiveForwarding } from '../../../../hub/contract/live.ts';
import { LIVE_FORWARDING } from '../../../../hub/contract/topics.ts';
import { call } from '../../api.ts';
import { sentenceOf, t } from '../../i18n/language.ts';
import { useLive } from '../../live/subscribe.ts';
import { Button } from '../../parts/button.tsx';
import { PageHead } from '../../parts/card.tsx';
import { Empty, Skeleton, Whenever } from '../../parts/states.tsx';
import { toast } from '../../parts/toast.tsx';
import { may } from '../../session.ts';
import { type Resource, useResource } from '../../state/loading.ts';
import { DeadLettersSheet } from './dead-letters-sheet.tsx';
import { type Ask, DestinationCard } from './destination-card.tsx';
import { DestinationSheet } from './destination-sheet.tsx';
import { trendOf, withStatus } from './known-destinations.ts';
import { DiscardQueue, RemoveDestination } from './questions.tsx';

type Open = { what: 'new' } | { what: Ask; destination: Destination } | null;

export function ForwardingPage() {
  if (!may('forwarding.read')) {
    const { title = '', hint } = sentenceOf('FORBIDDEN') ?? {};
    return (
      <>
        <PageHead title={t('nav.forwarding')} />
        <Empty icon="shield-alert" title={title} text={hint} />
      </>
    );
  }
  return <Allowed />;
}

function Allowed() {
  const open = useSignal<Open>(null);
  const destinations = useResource('destinations', async (signal) => {
    return (await call('GET /api/v1/destinations', { signal })).items;
  });
  const before = useFresh(destinations);
  const close = () => {
    open.value = null;
  };
  const add = (label: string) =>
    may('forwarding.manage') && (
      <Button
        kind="primary"
        icon="plus"
        onClick={() => {
          open.value = { what: 'new' };
        }}
      >
        {label}
      </Button>
    );
  const state = destinations.state.value;
  const isEmpty = state.kind === 'ready' && state.value.length === 0;
  return (
    <>
      <PageHead title={t('nav.forwarding')}>
        <span class="grow" />
        {!isEmpty && add(t('forwarding.addShort'))}
      </PageHead>
      <div class="stack forwarding">
        <Whenever
          state={state}
          onRetry={() => void destinations.reload()}
          skeleton={<Skeleton rows={2} height={210} />}
        >
          {(items) =>
            items.length === 0 ? (
              <Empty icon="send" title={t('forwarding.none')} text={t('forwarding.noneText')}>
                {add(t('forwarding.add'))}
              </Empty>
            ) : (
              <>
                <p class="sub">{t('forwarding.lead')}</p>
                {items.map((one) => (
                  <DestinationCard
                    key={one.id}
                    destination={one}
                    trend={trendOf(before.get(one.id)?.status, one.status)}
                    onAsk={(what) => {
                      open.value = { what, destination: one };
                    }}
                  />
                ))}
              </>
            )
          }
        </Whenever>
      </div>
      <Over open={open.value} destinations={destinations} onClose={close} />
    </>
  );
}

/** Keeps the statuses fresh; answers how the destinations were at the message before the last. */
function useFresh(destinations: Resource<Destination[]>): ReadonlyMap<string, Destination> {
  const before = useRef(new Map<string, Destination>());
  useLive<LiveForwarding>(LIVE_FORWARDING, (message) => {
    const state = destinations.state.peek();
    if (state.kind !== 'ready') return;
    before.current = new Map(state.value.map((one) => [one.id, one]));
    const next = withStatus(state.value, message);
    if (next === undefined) void destinations.reload();
    else destinations.set(next);
  });
  return before.current;
}

interface OverProps {
  open: Open;
  destinations: Resource<Destination[]>;
  onClose: () => void;
}

/** What lies over the page. */
function Over({ open, destinations, onClose }: OverProps) {
  if (open === null) return null;
  const saved = ({ name }: { name: string }) => {
    void destinations.reload();
    toast({ kind: 'ok', text: t('forwarding.saved', { name }) });
    onClose();
  };
  if (open.what === 'new') return <DestinationSheet destination={null} onSaved={saved} onClose={onClose} />;
  const { destination } = open;
  const gone = () => void destinations.reload();
  switch (open.what) {
    case 'edit':
      return <DestinationSheet destination={destination} onSaved={saved} onClose={onClose} />;
    case 'letters':
      return <DeadLettersSheet destination={destination} onClose={onClose} />;
    case 'discard':
      return <DiscardQueue destination={destination} onDone={gone} onClose={onClose} />;
    case 'remove':
      return <RemoveDestination destination={destination} onDone={gone} onClose={onClose} />;
  }
}
