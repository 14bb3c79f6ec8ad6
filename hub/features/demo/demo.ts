/** "Try it without hardware": one virtual Simon inside the hub, which comes in like any other device. */
import type { Duplex } from 'node:stream';
import { RucheError } from '../../contract/errors.ts';
import type { DemoState } from '../../contract/hub-info.ts';
import type { Clock } from '../../lib/clock.ts';
import { makeInTurn } from '../../lib/in-turn.ts';
import { seededRandom } from '../../lib/random.ts';
import { simonClientId, VirtualSimon } from './virtual-simon.ts';

/** Always the same device, so that what somebody paired is still paired after stopping and starting it. */
export const DEMO_DEVICE_ID = '02DE30000001';
const DEMO_CLIENT_ID = simonClientId(DEMO_DEVICE_ID);
/** Where its connection comes from: no socket has such an address. */
export const DEMO_ADDRESS = 'this hub';
/** Clicks that may wait for each other. */
const CLICKS_WAITING_MAX = 10;

export interface DemoDeps {
  readonly clock: Clock;
  /** A connection to the hub's own broker, inside this process. */
  connect(): Duplex;
  readonly devices: {
    hasDemo(): boolean;
    /** Devices and waiting entries of the demonstration, with everything kept under them. */
    removeDemo(): Promise<void>;
  };
  readonly simon: { hasDemo(): Promise<boolean>; removeDemo(): Promise<void> };
}

export interface Demo {
  state(): Promise<DemoState>;
  start(): Promise<DemoState>;
  /** Stopping what does not run is not an error. */
  stop(): Promise<DemoState>;
  /** Stops, and removes everything it has made. */
  removeData(): Promise<DemoState>;
  close(): Promise<void>;
}

/** Whether a connection comes from the demonstration, also from one of an earlier start. */
export const isDemoClient = (clientId: string): boolean => clientId === DEMO_CLIENT_ID;

export function createDemo({ clock, connect, devices, simon }: DemoDeps): Demo {
  const inTurn = makeInTurn({ jobsMax: CLICKS_WAITING_MAX, whenFull: () => new RucheError('DEMO_UNAVAILABLE') });
  let running: VirtualSimon | undefined;
  let isClosed = false;

  const act = (change: () => Promise<void>): Promise<DemoState> =>
    inTurn('demo', async () => {
      await change();
      return state();
    });

  async function state(): Promise<DemoState> {
    const hasData = devices.hasDemo() || (await simon.hasDemo());
    return { running: running !== undefined, deviceId: running?.deviceId ?? null, hasData };
  }

  async function start(): Promise<void> {
    if (isClosed) throw new RucheError('DEMO_UNAVAILABLE', 'The hub is stopping.');
    if (running !== undefined) throw new RucheError('DEMO_UNAVAILABLE', 'It is running already.');
    running = new VirtualSimon({ deviceId: DEMO_DEVICE_ID, connect, clock, random: seededRandom(clock.nowMs()) });
  }

  async function stop(): Promise<void> {
    const leaving = running;
    running = undefined;
    await leaving?.stop();
  }

  return {
    state,
    start: () => act(start),
    stop: () => act(stop),
    removeData: () =>
      act(async () => {
        await stop();
        // The device first: from then on nothing of it is taken any more.
        await devices.removeDemo();
        await simon.removeDemo();
      }),
    close() {
      // Not in turn: what waits there must neither be waited for nor start anything any more.
      isClosed = true;
      return stop();
    },
  };
}
