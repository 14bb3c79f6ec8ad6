/**
 * What the broker can say about itself in numbers, for everything that shows them. Undefined: nobody counts it, and it
 * is left out rather than shown as 0. Totals count from the start of the hub.
 */
export interface BrokerNumbers {
  /** Connections that have their CONNACK. */
  readonly clients: number;
  /** PUBLISH packets received and sent, and the bytes of their payloads. */
  readonly publishesIn: number;
  readonly publishesOut: number;
  readonly publishBytesIn?: number | undefined;
  readonly publishBytesOut?: number | undefined;
  /** MQTT packets of every kind. */
  readonly packetsIn?: number | undefined;
  readonly packetsOut?: number | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Deliveries that never left: the client did not read, or was owed too much. */
  readonly dropped: number;
  /** Refused connections, publishes and subscriptions. */
  readonly refused: number;
  readonly commitFailures: number;
  /** From receiving a stored message to its acknowledgement, 95th percentile of the last minute; null: none. */
  readonly commitMs: number | null;
  /** Kept sessions whose client is away, and how many of them were given up. */
  readonly sessionsAway?: number | undefined;
  readonly sessionsExpired?: number | undefined;
  /** Filters of all sessions, the shared ones included. */
  readonly subscriptions?: number | undefined;
  readonly sharedSubscriptions?: number | undefined;
  readonly retainedMessages?: number | undefined;
  readonly retainedBytes?: number | undefined;
  /** Waiting for sessions, whether their client is there or not. */
  readonly queuedMessages?: number | undefined;
  readonly queuedBytes?: number | undefined;
  /** Sent to clients at QoS 1 and 2 and not answered yet. */
  readonly inFlight?: number | undefined;
  /** Bodies kept for later, each counted once: those of retained and of queued messages. */
  readonly storedMessages?: number | undefined;
  readonly storedBytes?: number | undefined;
}
