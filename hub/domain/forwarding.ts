/** What an event looks like to whoever it is forwarded to: seed 4's form, with types mapped. */

/** An event as it waits: what its device said, nothing converted yet, so that a mapping put right counts for it too. */
export interface ForwardedEvent {
  readonly deviceId: string;
  readonly type: string;
  readonly eventId: string;
  readonly source: string | undefined;
  /** JSON as the device wrote it; '' when it said nothing more. */
  readonly dataJson: string;
  readonly timestamp: number | string;
  readonly topic: string | undefined;
}

export interface TypeMapping {
  readonly from: string;
  readonly to: string;
}

/** The two words seed 4 uses (S4-4); everything else becomes lower case. */
export const DEFAULT_MAPPING: readonly TypeMapping[] = [
  { from: 'MOTION_DETECTED', to: 'motion_detected' },
  { from: 'PRESSURE_DETECTED', to: 'button_pressed' },
];

/** The converted event, seed 4 S4-3. */
export interface ConvertedEvent {
  readonly type: string;
  readonly device_id: string;
  readonly details: {
    readonly event_id: string;
    readonly source: string | null;
    readonly data: unknown;
    readonly original_timestamp: number | string;
    readonly mqtt_topic: string | null;
  };
}

export function convertEvent(event: ForwardedEvent, mapping: readonly TypeMapping[]): ConvertedEvent {
  const mapped = mapping.find(({ from }) => from === event.type);
  return {
    type: mapped?.to ?? event.type.toLowerCase(),
    device_id: event.deviceId,
    details: {
      event_id: event.eventId,
      source: event.source ?? null,
      data: event.dataJson === '' ? {} : JSON.parse(event.dataJson),
      original_timestamp: event.timestamp,
      mqtt_topic: event.topic ?? null,
    },
  };
}
