/** One place in the tree of topics: what is below it, and what was last published on it. */
import type { Principal } from '../../domain/principal.ts';
import type { TopicWatch } from './topic-watch.ts';

/** Whose message it is. */
export interface Publisher {
  readonly clientId: string;
  readonly principal: Principal;
  readonly address: string;
}

/** The part of a message that is looked at. */
export interface Passing {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
}

/** Somebody who published a topic, and how often lately. */
export interface Seen {
  clientId: string;
  address: string;
  principal: Principal;
  messages: number;
  atMs: number;
  /** The window that is being counted, and how many came in the one before it. */
  windowMs: number;
  inWindow: number;
  inWindowBefore: number;
}

export class TopicNode {
  readonly name: string;
  readonly parent: TopicNode | undefined;
  readonly topic: string;
  children: Map<string, TopicNode> | undefined;
  /** Names of the children in order; made when somebody asks. */
  sorted: string[] | undefined;
  /** Here and below. */
  messages = 0;
  topics = 0;
  lastMs = 0;
  /** Something was published or is retained on exactly this name. */
  isTopic = false;
  isRetained = false;
  own = 0;
  ownMs = 0;
  qos: 0 | 1 | 2 = 0;
  retain = false;
  /** Bytes of the last payload, and as much of it as is kept. */
  payloadBytes = 0;
  kept = 0;
  value: Buffer | undefined;
  /** The latest first. */
  publishers: Seen[] = NOBODY;
  watch: TopicWatch | undefined;
  /** What came since it was settled: how many, by whom, and the last of them. */
  newMessages = 0;
  by: Publisher | undefined;
  message: Passing | undefined;
  /** To be settled. */
  isWaiting = false;
  /** The next live message will tell of it. */
  isNoted = false;
  /** Neighbours in the order of silence. */
  newer: TopicNode | undefined;
  older: TopicNode | undefined;

  constructor(name: string, topic: string, parent: TopicNode | undefined) {
    this.name = name;
    this.topic = topic;
    this.parent = parent;
  }

  /** What is kept of the last payload. */
  get bytes(): Buffer {
    return this.value?.subarray(0, this.kept) ?? EMPTY;
  }

  get isCut(): boolean {
    return this.kept < this.payloadBytes;
  }
}

const EMPTY = Buffer.alloc(0);
const NOBODY: Seen[] = [];
