/** What goes wrong in the simulation, when the dice say so: connections, the hub, its disk, its clock, the backend. */
import { STEP_MS, type World } from './world.ts';

/** Of one step; for devices: of each of them. */
const CHANCE = {
  deviceDrop: 1 / 150,
  deviceOff: 1 / 4000,
  outage: 1 / 100,
  restart: 1 / 90,
  crash: 1 / 90,
  disk: 1 / 30,
  jump: 1 / 80,
  backend: 1 / 40,
  command: 1 / 3,
} as const;
const DISK_STATES = ['slow', 'slow', 'failing', 'lying'] as const;
const DISK_STEPS_MAX = 8;
const RETRY_STEPS_MAX = 40;
const JUMP_MAX_MS = 2 * 3_600_000;
/**
 * Virtual time goes in such steps. Each jump adds a millisecond to what the clock is off: a moment that comes a second
 * time, after the clock was set back, is never the same millisecond: what is dated by its reception is kept apart from
 * its neighbours, not from what came hours ago.
 */
const GRID_MS = STEP_MS / 4;

export interface Mischief {
  step(): Promise<void>;
  /** Everything works again; some devices stay off. */
  end(): Promise<void>;
}

export function makeMischief(world: World): Mischief {
  const { hub, disk, backend, devices, random } = world;
  const happens = (chance: number): boolean => random() < chance;
  const steps = (most: number): number => 1 + Math.floor(random() * most);
  const retryMs = (): number => hub.clock.steadyMs() + steps(RETRY_STEPS_MAX) * STEP_MS;
  let diskIllFor = 0;

  const crash = async (): Promise<void> => {
    // From here nothing reaches the disk any more; what the hub still says it does not promise.
    disk.become('failing');
    await world.restart();
  };
  const jump = (): void => {
    const ms = Math.round(((random() * 2 - 1) * JUMP_MAX_MS) / GRID_MS) * GRID_MS;
    hub.clock.jump(ms + 1);
  };
  const ailDisk = (): void => {
    if (diskIllFor > 0 && --diskIllFor === 0) disk.become('well');
    if (diskIllFor > 0 || !happens(CHANCE.disk)) return;
    diskIllFor = steps(DISK_STEPS_MAX);
    disk.become(DISK_STATES[Math.floor(random() * DISK_STATES.length)] ?? 'slow');
  };

  for (const device of devices) {
    if (device.isPowered) continue;
    world.turnOn(device, retryMs());
  }
  return {
    async step() {
      ailDisk();
      if (happens(CHANCE.jump)) jump();
      if (happens(CHANCE.backend)) backend.isBroken = !backend.isBroken;
      if (happens(CHANCE.outage)) for (const device of devices) device.drop(retryMs());
      for (const device of devices) {
        if (happens(CHANCE.deviceDrop)) device.drop(retryMs());
        if (device.isPowered && happens(CHANCE.deviceOff)) world.turnOff(device);
      }
      const target = devices[Math.floor(random() * devices.length)];
      if (target !== undefined && happens(CHANCE.command)) world.command(target);
      const isRestart = happens(CHANCE.restart);
      const isCrash = happens(CHANCE.crash);
      if (!isRestart && !isCrash) return;
      diskIllFor = 0;
      if (isCrash) await crash();
      else {
        disk.become('well');
        await world.restart();
      }
    },
    async end() {
      disk.become('well');
      backend.isBroken = false;
      // Whoever is off stays so, and is looked at; all others come back soon.
      const soonMs = hub.clock.steadyMs() + STEP_MS;
      for (const device of devices) if (device.isPowered && !device.isConnected) device.drop(soonMs);
    },
  };
}
