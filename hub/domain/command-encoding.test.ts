import { describe, expect, it } from 'vitest';
import { encodeCommand, FAJMA_COMMAND_BYTES_MAX, isPin, whyNotCommand } from './command-encoding.ts';

const command = { id: 'c1', deviceId: 'pump', name: 'relay', value: 1 };
const pin = { ...command, name: 'v0' };

describe('a command', () => {
  it('is told our own firmware on its own topic, and so to a device that never said how it speaks', () => {
    const message = { topic: 'ruche/pump/cmd', payload: '{"id":"c1","name":"relay","value":1}' };
    expect(encodeCommand(['ruche'], command)).toEqual([message]);
    expect(encodeCommand([], command)[0]).toEqual(message);
    const bare = encodeCommand(['simon', 'ruche'], { ...command, value: null });
    expect(bare.map(({ payload }) => payload)).toEqual(['{"id":"c1","name":"relay"}']);
  });

  it('is told the devices of seed 1 on their shared topic, naming the one it is for', () => {
    expect(encodeCommand(['fajma'], command)).toEqual([
      { topic: 'fajma/esp32/commands', payload: '{"id":"c1","device_id":"pump","command":"relay","value":1}' },
    ]);
    expect(encodeCommand(['fajma', 'ruche'], command).map(({ topic }) => topic)).toEqual([
      'ruche/pump/cmd',
      'fajma/esp32/commands',
    ]);
  });

  it('longer than their buffer is refused, and says how long it may be', () => {
    const long = { ...command, value: 'ü'.repeat(100) };
    expect(whyNotCommand(['fajma'], long)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    const { length } = Buffer.from(encodeCommand(['fajma'], command)[0]?.payload ?? '');
    const longest = { ...command, value: 'x'.repeat(FAJMA_COMMAND_BYTES_MAX - length - 1) };
    expect(whyNotCommand(['fajma'], longest)).toBeUndefined();
    expect(whyNotCommand(['ruche'], long)).toBeUndefined();
  });

  it('for a device that only polls is the value of a virtual pin', () => {
    expect(encodeCommand(['thingsnxt'], pin)).toEqual([]);
    expect(whyNotCommand(['thingsnxt'], pin)).toBeUndefined();
    for (const other of [command, { ...pin, value: null }]) {
      expect(whyNotCommand(['thingsnxt'], other)).toMatchObject({ code: 'COMMAND_UNSUPPORTED' });
    }
    expect(['v0', 'v255', 'v', 'v1000', 'x0', 'v0x'].map(isPin)).toEqual([true, true, false, false, false, false]);
  });

  it('for a device of a dialect without commands is refused', () => {
    expect(whyNotCommand(['simon'], pin)).toMatchObject({ code: 'COMMAND_UNSUPPORTED' });
  });
});
