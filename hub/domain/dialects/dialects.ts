/** All dialects the hub understands, in the order they are asked; add a dialect here. */
import { canonicalId, isDeviceId } from '../device-id.ts';
import { matchesFilter } from '../topic-filter.ts';
import { chirpstack } from './chirpstack.ts';
import type { BodyReader, Decoded, Dialect } from './dialect.ts';
import { fajma } from './fajma.ts';
import { ruche } from './ruche.ts';
import { simon } from './simon.ts';
import { surveillance } from './surveillance.ts';
import { thingsnxt } from './thingsnxt.ts';
import { ttn } from './ttn.ts';

export const DIALECTS: readonly Dialect[] = [simon, ruche, fajma, surveillance, thingsnxt, chirpstack, ttn];

export interface Identity {
  /** As the client id has it, not yet canonical. */
  readonly name: string;
  readonly dialect: string;
}

/** The first dialect that recognises the client id. */
export function identify(clientId: string): Identity | undefined {
  for (const dialect of DIALECTS) {
    const name = dialect.identify(clientId);
    if (name !== undefined) return { name, dialect: dialect.id };
  }
  return undefined;
}

/** Its firmware makes a new client id for every connection: nobody may be admitted by it. */
export const isPassingClientId = (clientId: string): boolean =>
  DIALECTS.some((dialect) => dialect.isPassingClientId?.(clientId) === true);

export type Spoken =
  | { readonly dialect: string; readonly decoded: Exclude<Decoded, undefined> }
  /** The dialect itself failed: a mistake of its author, not of the device. */
  | { readonly dialect: string; readonly failure: unknown };

/** What the first dialect that has this topic makes of the message; undefined: nobody's topic. */
export const decode = decoderOf(DIALECTS);

export type Decode = (topic: string, payload: Uint8Array, receivedMs: number) => Spoken | undefined;

/** Asks only dialects with a topic that begins like this one: most messages are nobody's, and must not cost seven tries. */
export function decoderOf(dialects: readonly Dialect[]): Decode {
  const byFirstLevel = indexed(dialects, ({ topics }) => topics.up);
  return (topic, payload, receivedMs) => {
    for (const dialect of byFirstLevel.get(firstLevel(topic)) ?? NOBODY) {
      try {
        const decoded = dialect.decode(topic, payload, receivedMs);
        if (decoded !== undefined) return { dialect: dialect.id, decoded };
      } catch (failure) {
        return { dialect: dialect.id, failure };
      }
    }
    return undefined;
  };
}

/** Which device a message of a stranger names: canonical id and dialect; undefined when it names none. */
export function announcementIn(
  topic: string,
  payload: Uint8Array,
  receivedMs: number,
): { deviceId: string; dialect: string } | undefined {
  const spoken = decode(topic, payload, receivedMs);
  if (spoken === undefined || 'failure' in spoken || 'code' in spoken.decoded) return undefined;
  // A network server speaks for many devices, and needs an account.
  if (DIALECTS.find(({ id }) => id === spoken.dialect)?.namedBy === 'gateway') return undefined;
  const claimedId = spoken.decoded.reports[0]?.claimedId ?? '';
  return isDeviceId(claimedId) ? { deviceId: canonicalId(claimedId), dialect: spoken.dialect } : undefined;
}

const SHARED = DIALECTS.filter(({ namedBy }) => namedBy === 'payload');
const SHARED_UP = indexed(SHARED, ({ topics }) => topics.up);
const SHARED_DOWN: ReadonlySet<string> = new Set(SHARED.flatMap(({ topics }) => topics.down));

/** A topic on which many devices publish; each payload names its device. */
export function isSharedUp(topic: string): boolean {
  const dialects = SHARED_UP.get(firstLevel(topic));
  return dialects?.some(({ topics }) => topics.up.some((filter) => matchesFilter(filter, topic))) === true;
}

/** A topic on which the hub speaks to many devices; each payload names the one it is for. */
export const isSharedDown = (topic: string): boolean => SHARED_DOWN.has(topic);

/** Who reads what comes through this door: `POST /api/iot/data`. Throws when there is no such dialect or door. */
export function bodyReader(dialectId: string, door: string): BodyReader {
  const dialect = DIALECTS.find(({ id }) => id === dialectId);
  const reader = dialect?.bodies?.find((body) => body.door === door);
  if (reader === undefined) throw new Error(`no dialect ${dialectId} reads ${door}`);
  return reader;
}

const NOBODY: readonly Dialect[] = [];

function indexed(
  dialects: readonly Dialect[],
  filtersOf: (dialect: Dialect) => readonly string[],
): ReadonlyMap<string, readonly Dialect[]> {
  const index = new Map<string, Dialect[]>();
  for (const dialect of dialects) {
    for (const level of new Set(filtersOf(dialect).map(firstLevel))) {
      index.set(level, [...(index.get(level) ?? []), dialect]);
    }
  }
  return index;
}

function firstLevel(topic: string): string {
  const end = topic.indexOf('/');
  return end === -1 ? topic : topic.slice(0, end);
}
