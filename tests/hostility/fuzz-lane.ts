/** One attacker: keeps a connection as long as the hub lets it, and sends one broken packet after the other. */
import { connect, type Socket } from 'node:net';
import { type Dice, makeDice } from './dice.ts';
import { mutated } from './mutations.ts';
import { anyPacket, connectPacket, type Level, PINGREQ } from './packets.ts';

/** A packet that announces more than comes keeps both sides waiting: this long, then the attacker hangs up. */
const SILENCE_MS = 60;
/** Well-formed packets before the broken one, at most: a state to break. */
const PREFIX_MAX = 3;
const CONNECT_MUTATED = 0.15;
/** Names several attackers fight for, and that are traps by themselves. */
const SHARED_IDS: readonly [string, ...string[]] = ['__proto__', 'constructor', 'fuzz-shared', ''];
/** Sessions that are found again, and as many attackers. */
export const LANES = 50;
const PINGRESP = Buffer.from([0xd0, 0x00]);

export interface FuzzCase {
  readonly level: Level;
  readonly connect: Buffer;
  readonly packets: Buffer;
}

/** Told by its seed alone: run a lane with `first` set to it to see it again. */
export function fuzzCase(seed: number): FuzzCase {
  const dice = makeDice(seed);
  const level: Level = dice.chance(0.5) ? 4 : 5;
  const greeting = connectPacket(dice, level, clientIdOf(dice, seed));
  const prefix = Array.from({ length: dice.below(PREFIX_MAX + 1) }, () => anyPacket(dice, level));
  return {
    level,
    connect: dice.chance(CONNECT_MUTATED) ? mutated(greeting, dice) : greeting,
    packets: Buffer.concat([...prefix, mutated(anyPacket(dice, level), dice), PINGREQ]),
  };
}

const clientIdOf = (dice: Dice, seed: number): string =>
  dice.chance(0.05) ? dice.pick(SHARED_IDS) : `fuzz-${seed % LANES}`;

/** Runs the cases `first`, `first + step`, … below `end`; resolves when all have been sent and answered or hung up on. */
export async function runLane(port: number, { first, step, end }: { first: number; step: number; end: number }) {
  let line: Line | undefined;
  for (let seed = first; seed < end; seed += step) {
    const { level, connect: greeting, packets } = fuzzCase(seed);
    const isOpen = line !== undefined && line.level === level && !line.socket.destroyed;
    if (!isOpen) line?.socket.destroy();
    if (line === undefined || !isOpen) line = { level, socket: openSocket(port) };
    const bytes = isOpen ? packets : Buffer.concat([greeting, packets]);
    if (!(await isAnswered(line.socket, bytes))) line.socket.destroy();
  }
  line?.socket.destroy();
}

interface Line {
  readonly level: Level;
  readonly socket: Socket;
}

function openSocket(port: number): Socket {
  // A reset is one of the answers a broken packet may get.
  return connect({ port, host: '127.0.0.1', noDelay: true }).on('error', () => undefined);
}

/** Whether the hub answered the ping behind the packets; else it hung up, or waits for what never comes. */
function isAnswered(socket: Socket, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (answer: boolean) => {
      clearTimeout(timer);
      socket.off('data', onData).off('close', onClose);
      resolve(answer);
    };
    const onData = (chunk: Buffer) => chunk.subarray(-2).equals(PINGRESP) && finish(true);
    const onClose = () => finish(false);
    const timer = setTimeout(onClose, SILENCE_MS);
    socket.on('data', onData).once('close', onClose);
    socket.write(bytes);
  });
}
