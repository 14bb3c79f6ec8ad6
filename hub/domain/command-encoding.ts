/** A command as each dialect's devices hear it over MQTT; dialects that are not here take none. */
import { FAJMA_COMMANDS, ownTopic } from '../contract/topics.ts';
import type { CommandFacts } from './commands.ts';

export interface CommandMessage {
  readonly topic: string;
  readonly payload: string;
}

type Encode = (command: Pick<CommandFacts, 'id' | 'deviceId' | 'name' | 'value'>) => CommandMessage;

/** Seed 1's devices read commands into a small buffer. */
export const FAJMA_COMMAND_BYTES_MAX = 256;
/** A virtual pin: what a device that polls knows how to read (seed 3 S3-5). */
const PIN = /^v\d{1,3}$/;
/** Devices that never connect, and ask for the values of their pins instead. */
const POLLING_DIALECT = 'thingsnxt';

/** By dialect, the preferred one first. */
const ENCODERS: ReadonlyMap<string, Encode> = new Map([
  ['ruche', ownCommand],
  ['fajma', fajmaCommand],
]);

export const isPin = (name: string): boolean => PIN.test(name);

/**
 * The messages any of which tells a device that speaks these dialects, the preferred one first. A device that has never
 * said anything may speak any of them. None: it hears no commands over MQTT, or not one of this length.
 */
export function encodeCommand(dialects: readonly string[], command: Parameters<Encode>[0]): CommandMessage[] {
  const spoken = [...ENCODERS].filter(([dialect]) => dialects.length === 0 || dialects.includes(dialect));
  return spoken.map(([, encode]) => encode(command)).filter(isShortEnough);
}

/** Why this device cannot be given this command; undefined: it can. */
export function whyNotCommand(
  dialects: readonly string[],
  command: Parameters<Encode>[0],
): { code: 'COMMAND_UNSUPPORTED' | 'PAYLOAD_TOO_LARGE'; detail: string } | undefined {
  if (encodeCommand(dialects, command).length > 0) return undefined;
  const isPolled = dialects.includes(POLLING_DIALECT);
  if (isPolled && isPin(command.name) && command.value !== null) return undefined;
  if (dialects.some((dialect) => ENCODERS.has(dialect))) {
    return { code: 'PAYLOAD_TOO_LARGE', detail: `This device reads at most ${FAJMA_COMMAND_BYTES_MAX} bytes.` };
  }
  const detail = isPolled
    ? 'It is only polled: name a virtual pin (v0…) and give it a value.'
    : `Devices that speak ${dialects.join(', ')} take no commands.`;
  return { code: 'COMMAND_UNSUPPORTED', detail };
}

const isShortEnough = ({ topic, payload }: CommandMessage): boolean =>
  topic !== FAJMA_COMMANDS || Buffer.byteLength(payload) <= FAJMA_COMMAND_BYTES_MAX;

function ownCommand({ id, deviceId, name, value }: Parameters<Encode>[0]): CommandMessage {
  const payload = JSON.stringify({ id, name, ...(value === null ? {} : { value }) });
  return { topic: ownTopic(deviceId, 'cmd'), payload };
}

/** Seed 1, S1-7. */
function fajmaCommand({ id, deviceId, name, value }: Parameters<Encode>[0]): CommandMessage {
  const spoken = { id, device_id: deviceId, command: name, ...(value === null ? {} : { value }) };
  return { topic: FAJMA_COMMANDS, payload: JSON.stringify(spoken) };
}
