/** The flags of CONNECT, the same in every version. (3.1.2.3) */
import type { Qos } from '../parcel.ts';
import { Broken } from './cursor.ts';

export const FLAG = {
  reserved: 0x01,
  clean: 0x02,
  will: 0x04,
  willRetain: 0x20,
  password: 0x40,
  username: 0x80,
} as const;
const WILL_QOS_SHIFT = 3;

/** Throws Broken for what no version allows. */
export function checkFlags(flags: number): void {
  if ((flags & FLAG.reserved) !== 0) throw new Broken('a reserved flag is set'); // [MQTT-3.1.2-3]
  const willQos = (flags >> WILL_QOS_SHIFT) & 3;
  if (willQos === 3) throw new Broken('the QoS of its will is 3'); // [MQTT-3.1.2-12] (3.1.1: 3.1.2-14)
  const hasWill = (flags & FLAG.will) !== 0;
  // [MQTT-3.1.2-11] [MQTT-3.1.2-13] (3.1.1: 3.1.2-15)
  if (!hasWill && (willQos !== 0 || (flags & FLAG.willRetain) !== 0)) throw new Broken('it describes a will it lacks');
}

export function willQosOf(flags: number): Qos {
  const qos = (flags >> WILL_QOS_SHIFT) & 3;
  return qos === 2 ? 2 : qos === 1 ? 1 : 0;
}
