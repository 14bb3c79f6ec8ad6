/** `ruche simulate simon`: virtual Simons that connect to a running hub, wait to be paired, and play. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type SimonEvent, VirtualSimon, virtualMac } from '../../features/demo/virtual-simon.ts';
import { systemClock } from '../../lib/clock.ts';
import { seededRandom } from '../../lib/random.ts';
import { type Command, EXIT_FAILED, EXIT_OK, EXIT_USAGE, help, type Io } from './command.ts';
import { SIMONS_MAX, SIMULATE_HELP, type SimulatePlan, simulatePlan, UsageError } from './simulate-plan.ts';

const REACH_TIMEOUT_MS = 5000;
/** Simons that connect in one go; the next follow a moment later, as devices after a power cut do. */
const CONNECT_AT_ONCE = 50;
const CONNECT_PAUSE_MS = 100;

export const simulate: Command = async (args, io) => {
  if (args.includes('--help')) {
    io.out(SIMULATE_HELP);
    return EXIT_OK;
  }
  let plan: SimulatePlan;
  try {
    plan = simulatePlan(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    io.err(`${error.message}\n"ruche simulate --help" tells the flags.`);
    return EXIT_USAGE;
  }
  const unreachable = await reach(plan);
  if (unreachable !== undefined) {
    io.err(unreachable);
    return EXIT_FAILED;
  }
  return play(plan, io);
};

const open = ({ host, port }: SimulatePlan): Socket => connect({ host, port }).setNoDelay(true);

/** A sentence when nobody answers there: without it, Simons would try for ever without a word. */
async function reach(plan: SimulatePlan): Promise<string | undefined> {
  const socket = open(plan);
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(REACH_TIMEOUT_MS) });
    return undefined;
  } catch (error) {
    return help(
      `No hub answers on ${plan.host}:${plan.port} (${reasonOf(error)}).`,
      'Is it running? Its "ready" line says the MQTT port. Check --host, --port and the firewall.',
    );
  } finally {
    socket.destroy();
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || error.name === 'AbortError') return `silent for ${REACH_TIMEOUT_MS / 1000} s`;
  return 'code' in error ? String(error.code) : error.message;
}

class Tally {
  readonly connected = new Set<string>();
  readonly paired = new Set<string>();
  games = 0;
  acknowledged = 0;
  lost = 0;

  count(deviceId: string, event: SimonEvent): void {
    if (event.kind === 'connected') this.connected.add(deviceId);
    if (event.kind === 'paired') this.paired.add(deviceId);
    if (event.kind === 'score') this.games += 1;
    if (event.kind === 'acknowledged') this.acknowledged += 1;
    if (event.kind === 'lost') this.lost += 1;
  }

  summary({ count, qos }: SimulatePlan): string {
    const acknowledged = qos === 1 ? ` (${this.acknowledged} acknowledged)` : '';
    return [
      `${count} Simon${count === 1 ? '' : 's'}: ${this.connected.size} connected`,
      `${this.paired.size} paired`,
      `${this.games} games${acknowledged}`,
      `${this.lost} connections lost`,
    ].join(', ');
  }
}

async function play(plan: SimulatePlan, io: Io): Promise<number> {
  const tally = new Tally();
  const simons: VirtualSimon[] = [];
  const isOver = ending(plan, io.stop);
  for (let number = 1; number <= plan.count && !io.stop.aborted; number += 1) {
    simons.push(startSimon(plan, number, { tally, io }));
    if (number % CONNECT_AT_ONCE === 0) await pause(CONNECT_PAUSE_MS);
  }
  await isOver;
  await Promise.all(simons.map((simon) => simon.stop()));
  io.out(tally.summary(plan));
  return tally.connected.size === plan.count ? EXIT_OK : EXIT_FAILED;
}

/** Resolves when the person stops it, or when its time is over. */
async function ending({ durationS }: SimulatePlan, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return;
  // A timer of our own: a composed AbortSignal may be collected as garbage before it fires.
  await new Promise<void>((resolve) => {
    const timer = durationS === undefined ? undefined : setTimeout(resolve, durationS * 1000);
    stop.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
  });
}

function startSimon(plan: SimulatePlan, number: number, { tally, io }: { tally: Tally; io: Io }): VirtualSimon {
  const deviceId = virtualMac(plan.seed, number);
  const refusals = new Set<string>();
  return new VirtualSimon({
    deviceId,
    connect: () => open(plan),
    clock: systemClock,
    random: seededRandom(plan.seed * SIMONS_MAX + number),
    speed: plan.speed,
    qos: plan.qos,
    onEvent(event) {
      tally.count(deviceId, event);
      const text = textOf(event, refusals);
      if (text !== undefined) io.out(`Simon ${deviceId}: ${text}`);
    },
  });
}

/** `undefined` for what is not worth a line: rounds, acknowledgements, and the same refusal again. */
function textOf(event: SimonEvent, refusals: Set<string>): string | undefined {
  switch (event.kind) {
    case 'connected':
      return 'connected';
    case 'lost':
      return 'connection lost, trying again';
    case 'refused':
      if (refusals.has(event.reason)) return undefined;
      refusals.add(event.reason);
      return `refused by the hub (${event.reason}); RUCHE_ANONYMOUS must not be "refuse"`;
    case 'paired':
      return `paired with ${event.username}`;
    case 'unpaired':
      return 'unpaired';
    case 'score':
      return `score ${event.score}`;
    default:
      return undefined;
  }
}
