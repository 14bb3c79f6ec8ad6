/** What LoRaWAN network servers have in common: raw bytes in Base64, decoded objects, the quality of the link. */
import { type Sensed, senseTime } from '../clock-sense.ts';
import type { HeartbeatReport, ReadingsReport } from '../report.ts';
import { deepMetrics, type Metrics } from './metrics.ts';
import { Fields, invalid } from './payload.ts';

/** Messages of network servers carry a lot about gateways. */
export const UPLINK_MAX_BYTES = 64 * 1024;
/** LoRaWAN's own limit is 242 bytes. */
const DATA_LENGTH_MAX = 512;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const EUI = /^[0-9A-Fa-f]{16}$/;
/** The layout of seed 1 (S1-27). */
const SEED_PORT = 1;
const SEED_BYTES = 8;
const SEED_TEMPERATURE_SCALE = 100;

export interface Uplink {
  readonly claimedId: string;
  readonly receivedMs: number;
  /** When the network server received it. */
  readonly time: unknown;
  readonly port: unknown;
  /** The bytes in Base64, if any. */
  readonly data: unknown;
  /** What the network server made of them, if it has a decoder. */
  readonly decoded: unknown;
  /** Gateways that heard it, each with `rssi` and `snr`. */
  readonly gateways: unknown;
}

/** Without anything the hub can read it is a sign of life: whoever decodes the bytes themselves must get the message. */
export function reportOfUplink(uplink: Uplink): ReadingsReport | HeartbeatReport {
  const { claimedId, receivedMs } = uplink;
  const time: Sensed = senseTime({ t: withoutNanoseconds(uplink.time) }, receivedMs);
  const isDecoded = typeof uplink.decoded === 'object' && uplink.decoded !== null;
  const seed = isDecoded ? undefined : seedLayout(uplink);
  const metrics: Metrics = isDecoded ? deepMetrics(new Fields(uplink.decoded, 'the decoded object')) : new Map();
  if (seed !== undefined) {
    metrics.set('temperature', seed.temperature);
    metrics.set('heart_rate', seed.heartRate);
  }
  for (const [name, value] of linkOf(uplink.gateways)) if (!metrics.has(name)) metrics.set(name, value);
  if (metrics.size === 0)
    return { kind: 'heartbeat', claimedId, status: 'online', uptimeS: undefined, sleepS: undefined };
  const deviceUptimeMs = seed === undefined ? undefined : seed.uptimeS * 1000;
  return {
    kind: 'readings',
    claimedId,
    ...time,
    metrics,
    deviceUptimeMs: time.isDated ? undefined : deviceUptimeMs,
  };
}

/** EUIs are written in both cases by different servers: one spelling, so that it stays one device. */
export function euiOrName(eui: unknown, name: unknown): string {
  if (typeof eui === 'string' && EUI.test(eui)) return eui.toUpperCase();
  if (typeof name === 'string' && name !== '') return name;
  return invalid('It does not name a device.');
}

/** Temperature × 100, heart rate, seconds since boot: 2, 2 and 4 bytes, big-endian, on port 1. */
function seedLayout({ port, data }: Uplink): { temperature: number; heartRate: number; uptimeS: number } | undefined {
  if (data === undefined || data === null || data === '') return undefined;
  if (typeof data !== 'string' || data.length > DATA_LENGTH_MAX || !BASE64.test(data)) {
    invalid('The bytes of the device are not Base64.');
  }
  const bytes = Buffer.from(data, 'base64');
  if (port !== SEED_PORT || bytes.length !== SEED_BYTES) return undefined;
  return {
    temperature: bytes.readInt16BE(0) / SEED_TEMPERATURE_SCALE,
    heartRate: bytes.readUInt16BE(2),
    uptimeS: bytes.readUInt32BE(4),
  };
}

/** Of the gateway that heard it best. */
function linkOf(gateways: unknown): Metrics {
  const link: Metrics = new Map();
  if (!Array.isArray(gateways)) return link;
  let bestDbm = Number.NEGATIVE_INFINITY;
  for (const gateway of gateways) {
    if (typeof gateway !== 'object' || gateway === null) continue;
    const { rssi, snr } = gateway;
    if (typeof rssi !== 'number' || !Number.isFinite(rssi) || rssi <= bestDbm) continue;
    bestDbm = rssi;
    link.set('rssi', rssi);
    if (typeof snr === 'number' && Number.isFinite(snr)) link.set('snr', snr);
  }
  return link;
}

/** RFC 3339 with as many digits as the servers like; three are ours. */
const withoutNanoseconds = (time: unknown): unknown =>
  typeof time === 'string' ? time.replace(/(\.\d{3})\d+/, '$1') : time;
