/** What the broker tells the rest of the hub: one slot for each kind of news. */
import type { Departure } from '../../contract/device.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import { makeSlot, type Slot, type SlotSource } from '../../lib/slot.ts';
import type { Parcel } from './parcel.ts';
import type { BrokerSession, Publisher } from './session.ts';

export interface BrokerNews {
  readonly onConnected: Slot<[BrokerSession]>;
  readonly onDisconnected: Slot<[BrokerSession, Departure]>;
  /** Any packet came, also PINGREQ. */
  readonly onHeard: Slot<[BrokerSession]>;
  /** SUBACK was sent, or a kept session came back with the filter: then it is not sent retained values again. */
  readonly onSubscribed: Slot<[BrokerSession, filter: string, wantsRetained: boolean]>;
  readonly onUnsubscribed: Slot<[BrokerSession, string]>;
  readonly onRefused: Slot<[RefusalFacts]>;
  /** A message is on its way to its subscribers, whoever they are; `by` nobody: the hub's own. */
  readonly onPassed: Slot<Passed>;
}

export type Passed = [parcel: Parcel, isRetained: boolean, by: Publisher | undefined];

export interface Slots {
  readonly connected: SlotSource<[BrokerSession]>;
  readonly disconnected: SlotSource<[BrokerSession, Departure]>;
  readonly heard: SlotSource<[BrokerSession]>;
  readonly subscribed: SlotSource<[BrokerSession, filter: string, wantsRetained: boolean]>;
  readonly unsubscribed: SlotSource<[BrokerSession, string]>;
  readonly refused: SlotSource<[RefusalFacts]>;
  readonly passed: SlotSource<Passed>;
}

/** `failed` gets what a listener threw. */
export function makeSlots(failed: (error: unknown) => void): Slots {
  return {
    connected: makeSlot(failed),
    disconnected: makeSlot(failed),
    heard: makeSlot(failed),
    subscribed: makeSlot(failed),
    unsubscribed: makeSlot(failed),
    refused: makeSlot(failed),
    passed: makeSlot(failed),
  };
}

export const newsOf = (slots: Slots): BrokerNews => ({
  onConnected: slots.connected.slot,
  onDisconnected: slots.disconnected.slot,
  onHeard: slots.heard.slot,
  onSubscribed: slots.subscribed.slot,
  onUnsubscribed: slots.unsubscribed.slot,
  onRefused: slots.refused.slot,
  onPassed: slots.passed.slot,
});
