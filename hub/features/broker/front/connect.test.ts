import { generate, type IConnectPacket } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { BROKER_LIMITS } from '../limits.ts';
import { isRefusal, readConnect } from './connect.ts';

const PLAIN: IConnectPacket = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clientId: 'c', clean: true };
const FULL: IConnectPacket = {
  ...PLAIN,
  clean: false,
  keepalive: 61,
  username: 'ü',
  password: Buffer.from('geheim'),
  will: { topic: 'a/b', payload: Buffer.from([0, 255]), qos: 2, retain: true },
};
const read = (packet: IConnectPacket) => readConnect(generate(packet), BROKER_LIMITS);

describe('CONNECT of 3.1 and 3.1.1', () => {
  it('is read as mqtt-packet writes it', () => {
    const plain = { clientId: 'c', clean: true, keepaliveS: 0, will: undefined };
    const nobody = { username: undefined, password: undefined };
    expect(read(PLAIN)).toEqual({ protocolVersion: 4, ...plain, ...nobody });
    expect(read({ ...PLAIN, protocolId: 'MQIsdp', protocolVersion: 3 })).toEqual({
      protocolVersion: 3,
      ...plain,
      ...nobody,
    });
    expect(read(FULL)).toEqual({
      ...{ protocolVersion: 4, clientId: 'c', clean: false, keepaliveS: 61, username: 'ü', password: 'geheim' },
      will: { topic: 'a/b', payload: Buffer.from([0, 255]), qos: 2, retain: true },
    });
  });

  it('may come from a bridge of Mosquitto, which sets the highest bit of the level', () => {
    const packet = generate(PLAIN);
    packet[8] = 0x84;
    expect(readConnect(packet, BROKER_LIMITS)).toMatchObject({ protocolVersion: 4, clientId: 'c' });
  });

  it('is refused wherever it is cut off, and never thrown at anybody', () => {
    const packet = generate(FULL);
    const header = 2;
    for (let end = header; end < packet.length; end++) {
      const cut = Buffer.concat([Buffer.from([0x10, end - header]), packet.subarray(header, end)]);
      expect(isRefusal(readConnect(cut, BROKER_LIMITS))).toBe(true);
    }
  });

  it('is closed without CONNACK when a text in it is not UTF-8, as Mosquitto does [MQTT-1.5.3-1]', () => {
    const packet = generate({ ...PLAIN, username: 'xy' });
    packet[packet.length - 1] = 0xff;
    expect(readConnect(packet, BROKER_LIMITS)).toMatchObject({ code: 'PROTOCOL_ERROR', returnCode: undefined });
  });
});
