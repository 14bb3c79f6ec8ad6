/** What a session asked for with one filter. */
import type { Qos } from './parcel.ts';

export interface Subscription {
  readonly filter: string;
  readonly qos: Qos;
  /** Not what this session published itself. */
  readonly noLocal: boolean;
  /** The retain flag stays as it was published. */
  readonly retainAsPublished: boolean;
  /** Retained values are sent: 0 always, 1 if the filter is new, 2 never. */
  readonly retainHandling: 0 | 1 | 2;
  readonly id?: number | undefined;
}

/** As MQTT 3.1.1 has it. */
export const plainSubscription = (filter: string, qos: Qos): Subscription => ({
  filter,
  qos,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
});

export const levelsOf = (filter: string): number => filter.split('/').length;
