import { describe, expect, it } from 'vitest';
import { MINUTE, withDevice } from './presence.fixture.ts';
import { RECONNECT_HOURS_MAX, Reconnects } from './reconnects.ts';

const HOUR = 60 * MINUTE;

describe('reconnects', () => {
  it('are all connections but the first; a day later they count only since the start', () => {
    const reconnects = new Reconnects();
    reconnects.connected(0);
    expect([reconnects.sinceStart, reconnects.inLastDay(0)]).toEqual([0, 0]);
    for (let hour = 1; hour <= 30; hour += 1) {
      reconnects.connected(hour * HOUR);
      reconnects.connected(hour * HOUR + MINUTE);
    }
    expect(reconnects.sinceStart).toBe(60);
    expect(reconnects.inLastDay(30 * HOUR)).toBe(2 * RECONNECT_HOURS_MAX);
    expect(reconnects.inLastDay(41 * HOUR)).toBe(2 * (RECONNECT_HOURS_MAX - 11));
    expect(reconnects.inLastDay(60 * HOUR)).toBe(0);
  });

  it('are counted as of now when the clock is set back', () => {
    const reconnects = new Reconnects();
    for (const atMs of [9 * HOUR, 10 * HOUR, 12 * HOUR, 12 * HOUR]) reconnects.connected(atMs);
    reconnects.disconnected('lost', 12 * HOUR);
    reconnects.clockWasSetBack(10 * HOUR + MINUTE);
    expect(reconnects.inLastDay(10 * HOUR + MINUTE)).toBe(3);
    expect(reconnects.inLastDay(34 * HOUR)).toBe(0);
    expect(reconnects.lastDisconnect).toEqual({ reason: 'lost', atMs: 10 * HOUR + MINUTE });
  });

  it('of a device: every way back counts once, a take-over too, a second line beside the first does not', async () => {
    const { test, enter } = await withDevice();
    const count = () => test.devices.connection('serre')?.reconnects.sinceStart;
    const first = enter();
    test.devices.heard(first);
    expect(count()).toBe(0);
    test.devices.disconnected(first, 'taken-over');
    const second = enter();
    expect(count()).toBe(1);
    expect(test.devices.connection('serre')?.lastDisconnect?.reason).toBe('taken-over');
    const { username, password } = { username: 'serre', password: (await test.devices.rotateToken('serre')).token };
    const other = test.connect('another client', { username, password });
    expect(count()).toBe(1);
    test.devices.disconnected(other, 'disconnect');
    test.devices.disconnected(second, 'lost');
    expect(test.devices.connection('serre')?.connectedMs).toBeNull();
    test.connect('another client', { username, password });
    expect(count()).toBe(2);
  });
});
