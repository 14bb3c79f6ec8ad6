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
 * The message for a device that speaks these dialects; one that has never said anything is taken for our own firmware.
 * Undefined: it hears no commands over MQTT.
 */
export function encodeCommand(dialects: readonly string[], command: Parameters<Encode>[0]): CommandMessage | undefined {
  if (dialects.length === 0) return ownCommand(command);
  for (const [dialect, encode] of ENCODERS) if (dialects.includes(dialect)) return encode(command);
  return undefined;
}

/** Why this device cannot be given this command; undefined: it can. */
export function whyNotCommand(
  dialects: readonly string[],
  command: Parameters<Encode>[0],
): { code: 'COMMAND_UNSUPPORTED' | 'PAYLOAD_TOO_LARGE'; detail: string } | undefined {
  const message = encodeCommand(dialects, command);
  if (message === undefined && !dialects.includes(POLLING_DIALECT)) {
    return { code: 'COMMAND_UNSUPPORTED', detail: `Devices that speak ${dialects.join(', ')} take no commands.` };
  }
  if (message === undefined && (!isPin(command.name) || command.value === null)) {
    return { code: 'COMMAND_UNSUPPORTED', detail: 'It is only polled: name a virtual pin (v0…) and give it a value.' };
  }
  const bytes = message?.topic === FAJMA_COMMANDS ? Buffer.byteLength(message.payload) : 0;
  if (bytes <= FAJMA_COMMAND_BYTES_MAX) return undefined;
  const detail = `It would have ${bytes} bytes; this device reads at most ${FAJMA_COMMAND_BYTES_MAX}.`;
  return { code: 'PAYLOAD_TOO_LARGE', detail };
}

function ownCommand({ id, deviceId, name, value }: Parameters<Encode>[0]): CommandMessage {
  const payload = JSON.stringify({ id, name, ...(value === null ? {} : { value }) });
  return { topic: ownTopic(deviceId, 'cmd'), payload };
}

/** Seed 1, S1-7. */
function fajmaCommand({ id, deviceId, name, value }: Parameters<Encode>[0]): CommandMessage {
  const spoken = { id, device_id: deviceId, command: name, ...(value === null ? {} : { value }) };
  return { topic: FAJMA_COMMANDS, payload: JSON.stringify(spoken) };
}
