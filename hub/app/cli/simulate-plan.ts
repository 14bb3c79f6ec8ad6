/** The flags of `ruche simulate`. */
import { parseArgs } from 'node:util';
import { help } from './command.ts';

export const SIMONS_MAX = 1000;
const SPEED_MAX = 1000;
/** Longer than this a timer cannot count. */
const DURATION_MAX_S = 86_400 * 24;

export const SIMULATE_HELP = help(
  'ruche simulate simon [flags]',
  '',
  'Starts virtual Simons (seed 0: anonymous, client id ESP32-Simon-<MAC>) against a running hub.',
  'Pair them under New devices; they begin to play when they are paired. Ctrl+C ends.',
  '',
  `  --count <1–${SIMONS_MAX}>     how many (1)`,
  '  --host <name>       where the hub is (127.0.0.1)',
  '  --port <number>     its MQTT port (1883)',
  `  --speed <0.1–${SPEED_MAX}>  games go so many times faster (1)`,
  '  --seed <0–65535>    the same seed gives the same devices and games (1)',
  '  --qos <0|1>         of scores; the seed has 0 (0)',
  '  --for <seconds>     end by itself (never)',
);

export interface SimulatePlan {
  readonly count: number;
  readonly host: string;
  readonly port: number;
  readonly speed: number;
  readonly seed: number;
  readonly qos: 0 | 1;
  /** Undefined: until stopped. */
  readonly durationS: number | undefined;
}

/** What the person typed cannot be done; the message says what can. */
export class UsageError extends Error {}

export function simulatePlan(args: readonly string[]): SimulatePlan {
  const { positionals, values } = parse(args);
  const [device, ...more] = positionals;
  if (device !== 'simon' || more.length > 0) throw new UsageError('The device to simulate must be "simon".');
  const whole = { isWhole: true };
  const seconds = values.for === undefined ? undefined : numberOf('--for', values.for, { min: 1, max: DURATION_MAX_S });
  return {
    host: values.host,
    count: numberOf('--count', values.count, { min: 1, max: SIMONS_MAX, ...whole }),
    port: numberOf('--port', values.port, { min: 1, max: 65_535, ...whole }),
    speed: numberOf('--speed', values.speed, { min: 0.1, max: SPEED_MAX }),
    seed: numberOf('--seed', values.seed, { min: 0, max: 65_535, ...whole }),
    qos: numberOf('--qos', values.qos, { min: 0, max: 1, ...whole }) === 1 ? 1 : 0,
    durationS: seconds,
  };
}

function parse(args: readonly string[]) {
  const text = (value: string) => ({ type: 'string' as const, default: value });
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        count: text('1'),
        host: text('127.0.0.1'),
        port: text('1883'),
        speed: text('1'),
        seed: text('1'),
        qos: text('0'),
        for: { type: 'string' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
}

function numberOf(flag: string, text: string, { min, max, isWhole = false }: Bounds): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max && (!isWhole || Number.isInteger(value))) return value;
  throw new UsageError(`${flag} is "${text}"; it must be a ${isWhole ? 'whole ' : ''}number from ${min} to ${max}.`);
}
