/** The one door for what devices say: who is speaking, what it means, what must be stored before it is acknowledged. */
import { type ErrorCode, RucheError } from '../../contract/errors.ts';
import { ownNameIn } from '../../contract/topics.ts';
import { canonicalId } from '../../domain/device-id.ts';
import { type Decode, decode, isSharedUp } from '../../domain/dialects/dialects.ts';
import type { Principal } from '../../domain/principal.ts';
import type { ReadingsReport, Report } from '../../domain/report.ts';
import { makeSlot, type Slot } from '../../lib/slot.ts';
import type { Write } from '../../store/store.ts';
import { DeviceClocks } from './device-clocks.ts';

export interface Message {
  readonly principal: Principal;
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Uint8Array;
  /** Empty and retained: it says nothing, and takes back what was retained there. */
  readonly isClearing: boolean;
  readonly receivedMs: number;
}

export interface Accepted {
  readonly deviceId: string;
  readonly report: Report;
  /** A person set it: the device has not said so. */
  readonly isSetByPerson?: boolean;
}

export type Outcome =
  /** No dialect has this topic: deliver only. */
  | { readonly kind: 'pass' }
  /** Commit the writes, acknowledge, deliver, then call `settled`. */
  | Taken
  /** Acknowledge; nothing is stored or delivered. */
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly detail: string; readonly deviceId?: string };

export interface Taken {
  readonly kind: 'taken';
  readonly deviceId: string;
  readonly writes: Write[];
  readonly reports: Accepted[];
  /** Taking it again within hours would change nothing of what is stored. */
  readonly isRepeatable: boolean;
}

/** What a device said, understood: by a topic's dialect, or by the door of another transport. */
export interface Heard {
  readonly principal: Principal;
  /** '' when the transport has none. */
  readonly clientId: string;
  readonly dialect: string;
  readonly reports: readonly Report[];
  readonly receivedMs: number;
}

/** What a person set of a device; the device was not heard. */
export interface Noted {
  readonly deviceId: string;
  readonly report: ReadingsReport;
  readonly receivedMs: number;
  /** Stored in the same commit. */
  readonly also: readonly Write[];
}

/** A feature that stores something of what devices say, in the same commit as everybody else. */
export interface Keeper {
  /** Called once for every accepted report, in the order of arrival. */
  writesFor(accepted: Accepted, receivedMs: number): readonly Write[];
  /** The commit has ended, stored or not: what `writesFor` assumed is now so, or never was. */
  settle?(accepted: Accepted, isStored: boolean): void;
}

interface Utterance {
  readonly dialect: string;
  readonly reports: readonly Report[];
  /** How the device writes its name, where it can also be told something under that name. */
  readonly spelling: string | undefined;
}

export interface IngestDeps {
  readonly devices: {
    find(name: string): { readonly id: string } | undefined;
    /** The device a payload names, made when new; not for one with a token. Throws RucheError. */
    claim(claimedId: string, clientId: string, principal: Principal): { deviceId: string; writes: Write[] };
    spoke(deviceId: string, utterance: Utterance, atMs: number): Write[];
  };
  /** The time of the newest value that is kept of a device, Unix ms. */
  readonly newestMs: (deviceId: string) => number | undefined;
  /** In the order in which they are asked. */
  readonly keepers: readonly Keeper[];
  readonly commit: (writes: readonly Write[]) => Promise<void>;
  readonly onError: (error: unknown) => void;
  /** A dialect failed over a message: its own mistake. The message is delivered, and nothing of it is kept. */
  readonly onDecoderFailed: (failure: DecoderFailure) => void;
  /** For tests; else all dialects. */
  readonly decode?: Decode;
}

export interface DecoderFailure {
  readonly dialect: string;
  /** Of the device, if it is one that spoke; else the client id. */
  readonly speaker: string;
  readonly topic: string;
  readonly error: unknown;
}

export interface Ingest {
  /** Decides at once, so that messages keep their order; nothing is stored yet. */
  accept(message: Message): Outcome;
  /** For transports other than MQTT: the same, and stored when it resolves. Throws RucheError, and then nothing is. */
  store(heard: Heard): Promise<readonly Accepted[]>;
  /** Kept and told like a report, except that it is no sign of life. Stored when it resolves; throws RucheError. */
  note(noted: Noted): Promise<readonly Accepted[]>;
  /** The commit of an outcome's writes has ended. Called once for every taken outcome, in the order they were accepted. */
  settled(outcome: Outcome, isStored: boolean): void;
  readonly onCommitted: Slot<[accepted: readonly Accepted[]]>;
  /** The device was deleted. */
  forget(deviceId: string): void;
}

interface Parts extends IngestDeps {
  readonly clocks: DeviceClocks;
}

export function createIngest(given: IngestDeps): Ingest {
  const deps: Parts = { ...given, clocks: new DeviceClocks(given.newestMs) };
  const committed = makeSlot<[accepted: readonly Accepted[]]>(deps.onError);
  const settled: Ingest['settled'] = (outcome, isStored) => {
    if (outcome.kind !== 'taken') return;
    for (const accepted of outcome.reports) {
      for (const keeper of deps.keepers) keeper.settle?.(accepted, isStored);
    }
    if (isStored) committed.fire(outcome.reports);
  };
  const commit = async (outcome: Taken): Promise<readonly Accepted[]> => {
    try {
      await deps.commit(outcome.writes);
    } catch (error) {
      settled(outcome, false);
      throw error;
    }
    settled(outcome, true);
    return outcome.reports;
  };
  return {
    accept(message) {
      try {
        return judge(deps, message);
      } catch (error) {
        if (!(error instanceof RucheError)) throw error;
        return refused(error, message.principal);
      }
    },
    store: async (heard) => commit(take(deps, heard)),
    note: async ({ deviceId, report, receivedMs, also }) => {
      const accepted = { deviceId, report: deps.clocks.placed(deviceId, report, receivedMs), isSetByPerson: true };
      const writes = [...also];
      keep(deps, accepted, { receivedMs, writes });
      return commit({ kind: 'taken', deviceId, writes, reports: [accepted], isRepeatable: false });
    },
    settled,
    onCommitted: committed.slot,
    forget: (deviceId) => deps.clocks.forget(deviceId),
  };
}

const PASS = { kind: 'pass' } as const;

function judge(deps: Parts, message: Message): Outcome {
  const { principal, clientId, topic, payload, receivedMs } = message;
  if (principal.kind === 'waiting') throw new RucheError('PUBLISH_WAITING');
  const spoken = (deps.decode ?? decode)(topic, payload, receivedMs);
  if (spoken === undefined) {
    // Devices may publish there only what names them.
    if (principal.kind === 'device' && isSharedUp(topic))
      throw new RucheError('DEVICE_MISMATCH', 'It names no device.');
    return PASS;
  }
  if ('failure' in spoken) {
    const speaker = principal.kind === 'device' ? principal.deviceId : clientId;
    deps.onDecoderFailed({ dialect: spoken.dialect, speaker, topic, error: spoken.failure });
    return PASS;
  }
  const { dialect, decoded } = spoken;
  if (principal.kind === 'person') throw new RucheError('DEVICE_MISMATCH', 'A person cannot speak for a device.');
  if ('code' in decoded && message.isClearing) return clear(deps, message);
  if ('code' in decoded) throw new RucheError(decoded.code, decoded.detail);
  return take(deps, { principal, clientId, dialect, reports: decoded.reports, receivedMs });
}

/** The topic alone tells whose it is: devices clear under their own name, and nobody clears for one with a token. */
function clear({ devices }: Parts, { principal, clientId, topic }: Message): Outcome {
  const name = ownNameIn(topic);
  if (principal.kind === 'device') {
    if (name === undefined) throw new RucheError('DEVICE_MISMATCH', 'It names no device.');
  } else if (name !== undefined && devices.find(name) !== undefined) devices.claim(name, clientId, principal);
  return PASS;
}

function take(deps: Parts, heard: Heard): Taken {
  const { dialect, reports, receivedMs } = heard;
  const { deviceId, writes } = speakerOf(deps, heard);
  const accepted = reports.map((report) => ({ deviceId, report: deps.clocks.placed(deviceId, report, receivedMs) }));
  const spelling = heard.clientId === '' ? undefined : reports[0]?.claimedId;
  for (const write of deps.devices.spoke(deviceId, { dialect, reports, spelling }, receivedMs)) writes.push(write);
  for (const one of accepted) keep(deps, one, { receivedMs, writes });
  const isRepeatable = accepted.every(({ report }, at) => isRepeatableReading(report, reports[at], receivedMs));
  return { kind: 'taken', deviceId, writes, reports: accepted, isRepeatable };
}

/**
 * Device, metric and time name a reading, where it is kept at the time that was said. What is older than readings are
 * kept would count in the rollups once more, and for that nothing is kept for less than a day.
 */
const isRepeatableReading = (placed: Report, said: Report | undefined, receivedMs: number): boolean =>
  placed === said &&
  placed.kind === 'readings' &&
  placed.saysDate === true &&
  receivedMs - placed.atMs < REPEATABLE_AGE_MAX_MS;
const REPEATABLE_AGE_MAX_MS = 12 * 3_600_000;

/** What everybody keeps of a report joins the writes of its message. */
function keep(
  { keepers }: IngestDeps,
  accepted: Accepted,
  { receivedMs, writes }: { receivedMs: number; writes: Write[] },
): void {
  for (const keeper of keepers) for (const write of keeper.writesFor(accepted, receivedMs)) writes.push(write);
}

interface Speaker {
  readonly deviceId: string;
  /** Making the device, when it is new. */
  readonly writes: Write[];
}

/**
 * The device that speaks: the sender itself under one of its names. In open mode, and for an account whose rules
 * allowed the topic, the one the payload names, unless that one has a token to speak with.
 */
function speakerOf({ devices }: IngestDeps, { principal, clientId, reports }: Heard): Speaker {
  const claimedId = claimedBy(reports);
  if (principal.kind === 'open' || principal.kind === 'account') return devices.claim(claimedId, clientId, principal);
  if (principal.kind !== 'device' || !principal.names.has(claimedId)) throw new RucheError('DEVICE_MISMATCH');
  // Deleted a moment ago, and not yet disconnected.
  if (devices.find(principal.deviceId) === undefined) throw new RucheError('DEVICE_UNKNOWN');
  return { deviceId: principal.deviceId, writes: [] };
}

/** Throws DEVICE_MISMATCH. */
function claimedBy(reports: readonly Report[]): string {
  const [first] = reports;
  const claimedId = first && canonicalId(first.claimedId);
  const isAnother = (report: Report): boolean => report !== first && canonicalId(report.claimedId) !== claimedId;
  if (claimedId === undefined || reports.some(isAnother))
    throw new RucheError('DEVICE_MISMATCH', 'One message speaks for exactly one device.');
  return claimedId;
}

function refused(error: RucheError, principal: Principal): Outcome {
  const refusal = { kind: 'refused', code: error.code, detail: error.message } as const;
  const deviceId = 'deviceId' in principal ? principal.deviceId : undefined;
  return deviceId === undefined ? refusal : { ...refusal, deviceId };
}
