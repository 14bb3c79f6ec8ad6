/** Every topic name the hub itself gives a meaning to. Imports nothing: hub, web and tests read the same values. */

/** Seed 0 (Simon): device → hub, `{ device_id, username, score }`. */
export const SIMON_SCORES = 'simon/scores';
/** Seed 0: hub → device, one shared topic, `{ device_id, username }`; delivered only to the device it names. */
export const SIMON_PAIR = 'simon/pair';
/** Seed 0: device → hub, `{ device_id, username, status: 'paired' }`. */
export const SIMON_PAIR_ACK = 'simon/pair/ack';

/** Seed 1: `fajma/esp32/data|heartbeat|alert|diagnostics` from devices. */
export const FAJMA_PREFIX = 'fajma/esp32/';
/** Seed 1: hub → device, one shared topic; delivered to a device only when `device_id` names it. */
export const FAJMA_COMMANDS = 'fajma/esp32/commands';
/** Seed 4: events on `sensor/<what>`. */
export const SENSOR_PREFIX = 'sensor/';

/** Own firmware lives under `ruche/<device>/…` (design contract, section 4). */
export const OWN_PREFIX = 'ruche/';

/** Topics under these prefixes are published by the hub alone. */
export const LIVE_PREFIX = '$live/';
export const SYS_PREFIX = '$SYS/';
/** The broker's numbers under the names Mosquitto gave them. */
export const SYS_BROKER = '$SYS/broker/';

export const LIVE_DEVICES = '$live/devices';
export const LIVE_SCORES = '$live/scores';
/** The feed of events, open alerts and the mode. */
export const LIVE_EVENTS = '$live/events';
export const LIVE_STATS = '$live/stats';
/** What changed in the tree of topics. */
export const LIVE_TOPICS = '$live/topics';
/** For who may see the broker's health. */
export const LIVE_HEALTH = '$live/health';
/** How the destinations of forwarding fare. */
export const LIVE_FORWARDING = '$live/forwarding';
/** Which of the lists that people keep have changed. */
export const LIVE_LISTS = '$live/lists';

/** The readings of one device, by its id. */
export const liveDevice = (deviceId: string): string => `$live/device/${deviceId}`;

/** The live steps of one device's pairing. */
export const livePairing = (deviceId: string): string => `$live/pairing/${deviceId}`;

/** The commands of one device, as they happen. */
export const liveCommands = (deviceId: string): string => `$live/commands/${deviceId}`;

/** The messages of one topic; its name is one level here, whatever it holds. */
export const liveTopic = (topic: string): string => `$live/topic/${encodeURIComponent(topic)}`;

/** The order of names in the tree of topics. */
export const compareNames = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** `ruche/<device>/<kind>`; kinds: telemetry event status score ack log (up), cmd config ota pair (down). */
export const ownTopic = (deviceId: string, kind: string): string => `${OWN_PREFIX}${deviceId}/${kind}`;

/** The device in `ruche/<device>/…`; undefined for every other topic, for `ruche/<device>` alone and for wildcards. */
export function ownNameIn(topicOrFilter: string): string | undefined {
  if (!topicOrFilter.startsWith(OWN_PREFIX)) return undefined;
  const end = topicOrFilter.indexOf('/', OWN_PREFIX.length);
  const name = end === -1 ? '' : topicOrFilter.slice(OWN_PREFIX.length, end);
  return name === '' || name === '+' || name === '#' ? undefined : name;
}
