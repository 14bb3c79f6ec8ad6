/** What a session listens to: filters granted and given up, and the retained values a new one is owed. */
import { isSharedFilter } from '../../domain/shared-filter.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Write } from '../../store/store.ts';
import type { Connection } from './connection.ts';
import type { Log } from './decision.ts';
import type { Granted } from './engine.ts';
import { REASON } from './front/reason-codes.ts';
import type { Mailboxes } from './mailboxes.ts';
import { reasonFor } from './reasons.ts';
import { Replay } from './replay.ts';
import type { RetainedTree } from './retained-tree.ts';
import type { Session } from './session.ts';
import type { Shelf } from './shelf.ts';
import type { Slots } from './slots.ts';
import { levelsOf } from './subscription.ts';

export interface SubscriptionsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly shelf: Shelf;
  readonly retained: RetainedTree;
  readonly mailboxes: Mailboxes;
  readonly slots: Slots;
  commit(writes: readonly Write[]): Promise<void>;
}

export class Subscriptions {
  readonly #deps: SubscriptionsDeps;

  constructor(deps: SubscriptionsDeps) {
    this.#deps = deps;
  }

  /** SUBACK was sent. */
  granted(session: Session | undefined, granted: readonly Granted[]): void {
    if (session?.connection === undefined) return;
    const { mailbox } = session.connection;
    const { clock, log, shelf, retained, mailboxes, slots, commit } = this.#deps;
    session.replay ??= new Replay(mailbox, {
      ...{ shelf, retained, commit },
      nowMs: () => clock.nowMs(),
      failed(error) {
        log.error({ err: error }, 'retained values cannot be stored for a session');
        session.front.shut(reasonFor('STORE_UNAVAILABLE', undefined, REASON.busy));
      },
    });
    for (const { filter, qos } of granted) {
      const subscription = session.asked(filter, qos);
      const isNew = !mailbox.subscriptions.has(filter);
      mailboxes.subscribe(mailbox, subscription);
      const { retainHandling } = subscription;
      // [4.8.2] A shared subscription is sent no retained values.
      const wantsRetained = !isSharedFilter(filter) && (retainHandling === 0 || (retainHandling === 1 && isNew));
      if (wantsRetained) session.replay.add(subscription);
      slots.subscribed.fire(session, filter, wantsRetained);
    }
    session.front.answered();
  }

  /** UNSUBACK was sent. */
  givenUp(session: Session | undefined, filters: readonly string[]): void {
    if (session?.connection === undefined) return;
    const { mailboxes, slots } = this.#deps;
    for (const filter of filters) {
      mailboxes.unsubscribe(session.connection.mailbox, filter);
      if (!session.filters.delete(filter)) continue;
      session.filterLevels -= levelsOf(filter);
      slots.unsubscribed.fire(session, filter);
    }
    session.front.answered();
  }

  /** What the session subscribed to once and may not anymore. */
  forgetRefused(session: Session, { mailbox }: Connection): void {
    const refused = [...mailbox.subscriptions.keys()].filter((filter) => !session.filters.has(filter));
    if (refused.length === 0) return;
    const { log, shelf, mailboxes } = this.#deps;
    for (const filter of refused) mailboxes.unsubscribe(mailbox, filter);
    const onError = (error: unknown): void => log.error({ err: error }, 'a filter cannot be forgotten');
    shelf.removeSubscriptions(mailbox.key, refused).catch(onError);
  }
}
