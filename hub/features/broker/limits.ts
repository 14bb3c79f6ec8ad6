/** Every limit of the broker, set by hand and named; exceeding one is an event that names the client. */

const KIB = 1024;
const MIB = 1024 * KIB;
const DAY_MS = 86_400_000;

export interface BrokerLimits {
  /** Largest declared remaining length before CONNACK. */
  readonly greetingBytesMax: number;
  /** The same after CONNACK, for clients with credentials. */
  readonly packetBytesMax: number;
  /** The same after CONNACK, for waiting clients. */
  readonly waitingPacketBytesMax: number;
  /** From the connection to a complete CONNECT. */
  readonly connectTimeoutMs: number;
  /** How long admission (password check) may take. */
  readonly authenticationTimeoutMs: number;
  /** A client that reads nothing for so long while something waits for it is disconnected. */
  readonly drainTimeoutMs: number;
  /** Connections without CONNACK yet, one address and all; silent ones go, oldest first, when a new one comes. */
  readonly greetingsPerAddressMax: number;
  readonly greetingsMax: number;
  /** So long a connection may be silent even then: what it says may have arrived and not been read yet. */
  readonly greetingGraceMs: number;
  /** With those in their grace. More than the system hands over in one go, so that everybody is read once. */
  readonly greetingsBurstMax: number;
  /** Waiting clients: never counted together with those that have credentials. */
  readonly waitingPerAddressMax: number;
  readonly waitingMax: number;
  /** Packets a waiting client may send in a minute. */
  readonly waitingPacketsPerMinuteMax: number;
  /** A waiting connection is ended after this time; the client comes back and stands in line again. */
  readonly waitingTimeMs: number;
  /** Clients with credentials; high enough for a house behind one proxy address. */
  readonly clientsPerAddressMax: number;
  readonly clientsMax: number;
  readonly clientIdBytesMax: number;
  readonly topicLevelsMax: number;
  readonly topicBytesMax: number;
  readonly subscriptionsPerClientMax: number;
  /** Of all sessions, kept ones too. */
  readonly subscriptionsMax: number;
  readonly subscriptionLevelsMax: number;
  /** All levels of all filters of one client: ten for each. */
  readonly subscriptionLevelsPerClientMax: number;
  /** Of all strangers of one address, kept sessions too: others shall find room as well. */
  readonly strangersSubscriptionsPerAddressMax: number;
  readonly strangersSubscriptionLevelsPerAddressMax: number;
  readonly waitingSubscriptionsMax: number;
  /** Subscriptions refused to one connection; one more ends it. */
  readonly refusedSubscriptionsMax: number;
  readonly waitingRefusedSubscriptionsMax: number;
  /** Publishes of one client that wait for their commit; more are not read from its socket. */
  readonly publishesInFlightMax: number;
  readonly publishBytesInFlightMax: number;
  /** Read from one client in one turn of the event loop; the rest waits until everybody else has been read. */
  readonly packetsPerTurnMax: number;
  readonly bytesPerTurnMax: number;
  /** CONNECTs of all clients in one turn. */
  readonly greetingsPerTurnMax: number;
  /** What clients that have more to say than that get of a turn, all together. */
  readonly turnMsMax: number;
  /** Publishes of one client in a second, and how many more in a burst; beyond, it is read more slowly. */
  readonly messagesPerSMax: number;
  readonly messagesBurstMax: number;
  /** The same of the bytes of their topics and payloads. */
  readonly publishBytesPerSMax: number;
  readonly publishBytesBurstMax: number;
  /** Unsent bytes of one client: above it QoS 0 messages and pongs are left out and `sendTo` answers 'busy'. */
  readonly unsentBytesBusy: number;
  /** Packets Aedes keeps for a client that is not connected yet; the front holds them back anyway. */
  readonly queueLimit: number;
  /** QoS 1 and 2 messages on their way to one client at a time. */
  readonly outboundWindow: number;
  /** What may wait for one session; beyond either, the oldest goes. */
  readonly queuedMessagesMax: number;
  readonly queuedBytesMax: number;
  /** The same for all sessions together: beyond either, the longest queues are cut. */
  readonly queuedMessagesInAllMax: number;
  readonly queuedBytesInAllMax: number;
  /** A message that waits longer for a kept session is not worth sending. */
  readonly queuedAgeMsMax: number;
  /** Sessions kept while nobody is connected; the one left longest ago makes room. */
  readonly keptSessionsMax: number;
  /** A kept session whose client stays away longer is abandoned. */
  readonly sessionsKeptMs: number;
  /** Retained messages in all, and the bytes of their names and payloads. */
  readonly retainedMessagesMax: number;
  readonly retainedBytesMax: number;
  /** QoS 1 and 2 messages a client of MQTT 5 may send before they are answered. */
  readonly receiveMaximum: number;
  /** Topic aliases of one client of MQTT 5. */
  readonly topicAliasesMax: number;
  /** A client of MQTT 5 is heard at least so often. */
  readonly keepaliveMaxS: number;
  /** QoS 2 handshakes of one client that wait for PUBREL. */
  readonly handshakesInFlightMax: number;
  /** How long a new connection waits for the old one of the same client id to be cleared away. */
  readonly takeoverTimeoutMs: number;
  /** How long a refused connection may take to read its CONNACK. */
  readonly lingerMs: number;
  /** How long receipts of a client that left are kept, and for how many such clients. */
  readonly receiptsKeptMs: number;
  readonly receiptClientsMax: number;
}

export const BROKER_LIMITS: BrokerLimits = {
  greetingBytesMax: 64 * KIB,
  packetBytesMax: MIB,
  waitingPacketBytesMax: 4 * KIB,
  connectTimeoutMs: 10_000,
  authenticationTimeoutMs: 10_000,
  drainTimeoutMs: 5_000,
  greetingsPerAddressMax: 256,
  greetingsMax: 1024,
  greetingGraceMs: 2_000,
  greetingsBurstMax: 4_096,
  waitingPerAddressMax: 256,
  waitingMax: 512,
  waitingPacketsPerMinuteMax: 600,
  waitingTimeMs: 3_600_000,
  clientsPerAddressMax: 2_000,
  clientsMax: 20_000,
  clientIdBytesMax: 1024,
  topicLevelsMax: 100,
  topicBytesMax: 4 * KIB,
  subscriptionsPerClientMax: 1_000,
  subscriptionsMax: 200_000,
  subscriptionLevelsMax: 500_000,
  subscriptionLevelsPerClientMax: 10_000,
  strangersSubscriptionsPerAddressMax: 25_000,
  strangersSubscriptionLevelsPerAddressMax: 62_500,
  waitingSubscriptionsMax: 8,
  refusedSubscriptionsMax: 1_000,
  waitingRefusedSubscriptionsMax: 32,
  publishesInFlightMax: 1_000,
  publishBytesInFlightMax: 4 * MIB,
  packetsPerTurnMax: 256,
  bytesPerTurnMax: 256 * KIB,
  greetingsPerTurnMax: 8,
  turnMsMax: 4,
  messagesPerSMax: 50_000,
  messagesBurstMax: 100_000,
  publishBytesPerSMax: 64 * MIB,
  publishBytesBurstMax: 128 * MIB,
  unsentBytesBusy: MIB,
  queueLimit: 1_000,
  outboundWindow: 100,
  queuedMessagesMax: 10_000,
  queuedBytesMax: 16 * MIB,
  queuedMessagesInAllMax: 400_000,
  queuedBytesInAllMax: 1024 * MIB,
  queuedAgeMsMax: 7 * DAY_MS,
  keptSessionsMax: 10_000,
  sessionsKeptMs: 30 * DAY_MS,
  retainedMessagesMax: 200_000,
  retainedBytesMax: 256 * MIB,
  receiveMaximum: 1_000,
  topicAliasesMax: 64,
  keepaliveMaxS: 60,
  handshakesInFlightMax: 1_000,
  takeoverTimeoutMs: 5_000,
  lingerMs: 1_000,
  receiptsKeptMs: 3_600_000,
  receiptClientsMax: 10_000,
};

/** What a client may have said and not have been answered for. */
const UNANSWERED_MAX = Math.max(
  BROKER_LIMITS.publishesInFlightMax,
  BROKER_LIMITS.receiveMaximum,
  BROKER_LIMITS.handshakesInFlightMax,
);
/**
 * QoS 1 and 2 packets of one client id whose repetition is recognised; see receipts.ts. A power of two, so that slots go
 * round evenly with the 65,536 ids.
 */
export const RECEIPT_SLOTS = 2 ** Math.ceil(Math.log2(UNANSWERED_MAX));
/** Of messages, handed to the store and not stored yet: half of what it takes in all. */
export const COMMITTING_WRITES_MAX = 10_000;
export const COMMITTING_BYTES_MAX = 16 * MIB;
/** One line in the log per this time when commits fail. */
export const COMMIT_FAILURE_LOG_MS = 10_000;
/** That a client is slowed down is told once in this time. */
export const SLOWED_TOLD_MS = 60_000;
/** One line in the log per this time and kind when something is full; how often it happened is in the numbers. */
export const FULL_LOG_MS = 10_000;
