/** Every limit of the Explorer. */

const KIB = 1024;

export interface ExplorerLimits {
  /** Topics remembered; for one more, the one that was silent longest goes, retained ones last. */
  readonly topicsMax: number;
  /** New topics of one client in a second, and in a burst; beyond, they are delivered and not remembered. */
  readonly newTopicsPerSMax: number;
  readonly newTopicsBurstMax: number;
  /** Clients whose new topics are counted. */
  readonly inventorsMax: number;
  /** Of each last payload this much is kept, while there is room in all… */
  readonly valueBytesMax: number;
  /** …and beyond that, this much. */
  readonly valueBytesLeast: number;
  readonly valuesBytesMax: number;
  /** Who published a topic last. */
  readonly publishersMax: number;
  /** Topics somebody looks at, at a time. */
  readonly watchedMax: number;
  /** Of each message of a watched topic. */
  readonly historyBytesMax: number;
}

export const EXPLORER_LIMITS: ExplorerLimits = {
  topicsMax: 50_000,
  newTopicsPerSMax: 100,
  newTopicsBurstMax: 5_000,
  inventorsMax: 10_000,
  valueBytesMax: 4 * KIB,
  valueBytesLeast: 256,
  valuesBytesMax: 32 * KIB * KIB,
  publishersMax: 5,
  watchedMax: 200,
  historyBytesMax: 16 * KIB,
};

/** Characters of a payload in a row of the tree. */
export const PREVIEW_MAX = 120;
/** Places of the tree in one live message; the others come with the next. */
export const LIVE_NODES_MAX = 500;
/** Messages of an open topic in one live message, and the bytes of their payloads; ten such messages a second. */
export const LIVE_MESSAGES_MAX = 10;
export const LIVE_MESSAGES_BYTES_MAX = 64 * KIB;
export const SUBSCRIBERS_SHOWN_MAX = 200;
/** Places of the tree looked at before others have their turn. */
export const STEPS_MAX = 2_000;
/** Rates are counted over this time. */
export const RATE_WINDOW_MS = 60_000;
/** Messages are taken into the tree together, at least so often. */
export const SETTLE_MS = 100;
