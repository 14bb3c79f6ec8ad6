/** The live link: one MQTT-over-WebSocket connection per signed-in browser, with its own patient reconnecting. */
import { batch, signal } from '@preact/signals';
import { LIVE_STATS } from '../../../hub/contract/topics.ts';
import { ApiProblem } from '../http.ts';
import { endSession, goodToken, refreshToken } from '../session.ts';
import { type MqttClient, connect as open } from './mqtt-client.ts';

/** `idle`: nobody is signed in, so nothing is wanted. */
export type LinkState = 'idle' | 'connecting' | 'live' | 'reconnecting' | 'offline' | 'signed-out';
export interface Link {
  readonly state: LinkState;
  readonly sinceMs: number;
  /** When values last were live; what "values from 14:02:11" says. Null before the first connection. */
  readonly lastLiveMs: number | null;
}

export const link = signal<Link>({ state: 'idle', sinceMs: Date.now(), lastLiveMs: null });

const RETRY_MIN_MS = 500;
const RETRY_MAX_MS = 10_000;
/** A try that is refused within this was answered: the machine is there, its hub is starting, … */
const ANSWERED_WITHIN_MS = 1000;
/** … and is asked again after no more than this. */
const RETRY_ANSWERED_MAX_MS = 2000;
/** Trying for longer than this is said as "Offline" rather than "Reconnecting". */
const OFFLINE_AFTER_MS = 30_000;
const CONNECT_TIMEOUT_MS = 8_000;
/** Browsers wake the timers of a hidden page once a minute: a shorter rhythm would lose the link in every hidden tab. */
const KEEPALIVE_S = 60;
/** The hub sends $live/stats every second: when it says nothing for this long, the link is dead, whatever TCP believes. */
const SILENCE_MAX_MS = 6_000;
const WATCH_EVERY_MS = 1_000;
/** CONNACK: bad user name or password, not authorised. */
const REFUSED_CODES = new Set([4, 5]);

/** A topic that nobody wants any more is given up after this. */
const LINGER_MS = 1000;

type Listener = (payload: string) => void;
const listeners = new Map<string, Set<Listener>>();

let client: MqttClient | null = null;
let wanted = false;
let attempt = 0;
let lostMs = 0;
let triedMs = 0;
let heardMs = 0;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let watchTimer: ReturnType<typeof setInterval> | undefined;

/** Connects and stays connected until `stopLive`. */
export function startLive(): void {
  if (wanted) return;
  wanted = true;
  attempt = 0;
  lostMs = Date.now();
  setState('connecting');
  void connect();
}

export function stopLive(state: 'idle' | 'signed-out' = 'idle'): void {
  wanted = false;
  clearTimeout(retryTimer);
  hangUp();
  setState(state);
}

/** The "Retry now" of the bar, and what happens when the network comes back. */
export function retryNow(): void {
  if (!wanted || link.value.state === 'live') return;
  clearTimeout(retryTimer);
  hangUp();
  attempt = 0;
  void connect();
}

/**
 * Listens to one topic. Every call sends a SUBSCRIBE, also for a topic already held: the hub answers each with the
 * present state, so a listener must take a snapshot at any time. Returns the way to stop.
 */
export function listen(topic: string, listener: Listener): () => void {
  const held = listeners.get(topic) ?? new Set();
  held.add(listener);
  listeners.set(topic, held);
  if (link.value.state === 'live') client?.subscribe([topic]);
  return () => {
    held.delete(listener);
    if (held.size === 0) setTimeout(() => letGo(topic, held), LINGER_MS);
  };
}

/** A page that leaves is followed at once by one that wants the same topic: without a rest, its SUBSCRIBE would race. */
function letGo(topic: string, held: Set<Listener>): void {
  if (held.size > 0 || listeners.get(topic) !== held) return;
  listeners.delete(topic);
  if (link.value.state === 'live') client?.unsubscribe([topic]);
}

async function connect(): Promise<void> {
  triedMs = Date.now();
  try {
    const token = await goodToken();
    if (!wanted || client !== null) return;
    follow(token);
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 401) stopLive('signed-out');
    else retryLater();
  }
}

function follow(token: string): void {
  let refused = false;
  const options = { token, connectTimeoutMs: CONNECT_TIMEOUT_MS, keepaliveS: KEEPALIVE_S };
  const opened = open(socketUrl(), options, {
    connected() {
      attempt = 0;
      setState('live');
      watch(opened);
      const topics = [...listeners.keys()];
      if (topics.length > 0) opened.subscribe(topics);
    },
    message(topic, payload) {
      heardMs = Date.now();
      deliver(topic, payload);
    },
    refused(code) {
      refused = REFUSED_CODES.has(code);
    },
    closed() {
      if (client !== opened) return;
      hangUp();
      if (refused) void renew();
      else retryLater();
    },
  });
  client = opened;
}

/** A network that vanishes closes no socket: only the silence tells. */
function watch(opened: MqttClient): void {
  clearInterval(watchTimer);
  heardMs = 0;
  watchTimer = setInterval(() => {
    const isSilent = heardMs > 0 && listeners.has(LIVE_STATS) && Date.now() - heardMs > SILENCE_MAX_MS;
    if (client !== opened || !isSilent) return;
    hangUp();
    retryLater();
  }, WATCH_EVERY_MS);
}

/** The hub did not accept the token: one renewal, and if that is refused too the session is over. */
async function renew(): Promise<void> {
  try {
    if ((await refreshToken()) === null) {
      endSession();
      return;
    }
  } catch {
    // the hub does not answer: an ordinary retry asks again
  }
  retryLater();
}

function retryLater(): void {
  if (!wanted) return;
  if (link.value.state === 'live') lostMs = Date.now();
  const isOffline = !navigator.onLine || Date.now() - lostMs > OFFLINE_AFTER_MS;
  setState(isOffline ? 'offline' : link.value.state === 'connecting' && attempt === 0 ? 'connecting' : 'reconnecting');
  const waitMs = retryWaitMs(attempt, { tookMs: Date.now() - triedMs, isOnline: navigator.onLine });
  attempt += 1;
  clearTimeout(retryTimer);
  // up to a third more, so that a hundred browsers do not come back in the same instant
  retryTimer = setTimeout(() => void connect(), waitMs * (1 + Math.random() / 3));
}

/** How long to wait before the next try; without a network every try fails at once. */
export function retryWaitMs(tries: number, { tookMs, isOnline }: { tookMs: number; isOnline: boolean }): number {
  const wasAnswered = isOnline && tookMs < ANSWERED_WITHIN_MS;
  return Math.min(RETRY_MIN_MS * 2 ** tries, wasAnswered ? RETRY_ANSWERED_MAX_MS : RETRY_MAX_MS);
}

function hangUp(): void {
  clearInterval(watchTimer);
  const gone = client;
  client = null;
  gone?.end();
}

function setState(state: LinkState): void {
  const { state: before, lastLiveMs } = link.value;
  if (state === before) return;
  const nowMs = Date.now();
  link.value = { state, sinceMs: nowMs, lastLiveMs: before === 'live' ? nowMs : lastLiveMs };
}

function deliver(topic: string, payload: string): void {
  const held = listeners.get(topic);
  if (held === undefined) return;
  batch(() => {
    for (const listener of held) listener(payload);
  });
}

function socketUrl(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/mqtt`;
}

if (typeof addEventListener === 'function') {
  addEventListener('online', retryNow);
  addEventListener('offline', () => wanted && link.value.state !== 'live' && setState('offline'));
}
