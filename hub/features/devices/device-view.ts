/** A device as people see it: the row, what is known since the start, and the reason of its status as a sentence. */
import type { Device, DeviceConnection, DeviceValue, StatusReason } from '../../contract/device.ts';
import type { DeviceRow } from '../../store/store.ts';
import type { Life } from './life.ts';
import type { WillFacts } from './session-facts.ts';

/** What other features know of a device: people around it, what it measures. */
export interface Surroundings {
  usernameOf(userId: string): string | undefined;
  /** User name the device is paired with. */
  playerOf(deviceId: string): string | undefined;
  /** The few values that say most. A value that is the same object has not changed. */
  valuesOf(deviceId: string): DeviceValue[];
}

const REASONS: Readonly<Record<StatusReason, string>> = {
  connected: 'It is connected and answers in time.',
  rhythm: 'It is not connected now, but was heard within its usual interval.',
  silent: 'It has been silent for longer than its usual interval.',
  'last-will': 'Its connection broke, and the hub published its last will.',
  'connection-lost': 'Its connection ended without a goodbye.',
  disconnected: 'It said goodbye and has not been heard since.',
  sleeping: 'It announced that it sleeps, and is not due yet.',
  never: 'It is registered, but has not been heard yet.',
  'hub-restarted': 'It has not been heard since the hub started.',
};

export function viewOf(row: DeviceRow, life: Life, names: Surroundings, nowMs: number): Device {
  const { session, standing } = life;
  return {
    id: row.id,
    name: row.name,
    status: standing.status,
    reason: standing.reason,
    reasonText: REASONS[standing.reason],
    sinceMs: standing.sinceMs,
    lastSeenMs: life.lastSeenMs,
    connected: session !== undefined,
    clientId: session?.clientId ?? row.boundClientId,
    address: session?.address ?? row.address,
    owner: row.ownerId === null ? null : (names.usernameOf(row.ownerId) ?? null),
    player: names.playerOf(row.id) ?? null,
    dialects: row.dialects,
    aliases: row.aliases,
    tags: row.tags,
    protected: row.tokenHash !== null,
    tokenCreatedMs: row.tokenCreatedMs,
    expectedIntervalMs: life.intervalMs(row) ?? null,
    createdMs: row.createdMs,
    demo: row.demo,
    messages: life.messages,
    refused: life.refused,
    values: names.valuesOf(row.id),
    pulse: life.pulse(row, nowMs),
  };
}

/** Everything there is to tell; who does not manage the device gets no will. */
export function connectionOf({ session, reconnects }: Life, nowMs: number): Required<DeviceConnection> {
  const { sinceStart, lastDisconnect } = reconnects;
  return {
    connectedMs: session?.connectedMs ?? null,
    reconnects: { day: reconnects.inLastDay(nowMs), sinceStart },
    lastDisconnect,
    will: session?.will === undefined ? null : willOf(session.will),
  };
}

const willOf = ({ topic, payload, qos, retain }: WillFacts) => ({ topic, bytes: payload.length, qos, retain });
