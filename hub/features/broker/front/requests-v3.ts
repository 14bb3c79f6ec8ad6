/** What MQTT 3.1.1 asks of SUBSCRIBE, UNSUBSCRIBE, PINGREQ and DISCONNECT, held before Aedes sees them. */
import { isTopicFilter } from '../../../domain/topic-names.ts';
import { PACKET, type Violation } from './codec.ts';
import { Broken, Cursor, reading } from './cursor.ts';
import { REASON } from './reason-codes.ts';

const REQUEST_FLAGS = 2;
const QOS_MAX = 2;

/** The packet as it came, or what is wrong with it. */
export function checkedRequest(packet: Buffer): Buffer | Violation {
  const broken = reading(() => check(packet));
  if (!(broken instanceof Broken)) return packet;
  return {
    detail: `${NAMES[(packet[0] ?? 0) >> 4] ?? 'A packet'} is not valid, ${broken.message}`,
    reason: broken.reason,
  };
}

const NAMES: Readonly<Record<number, string>> = {
  [PACKET.subscribe]: 'SUBSCRIBE',
  [PACKET.unsubscribe]: 'UNSUBSCRIBE',
  [PACKET.pingreq]: 'PINGREQ',
  [PACKET.disconnect]: 'DISCONNECT',
};

function check(packet: Buffer): void {
  const first = packet[0] ?? 0;
  switch (first >> 4) {
    case PACKET.subscribe:
      checkFilters(packet, (cursor) => {
        if (cursor.byte('a QoS') > QOS_MAX) throw new Broken('it asks for a QoS there is not'); // [MQTT-3.8.3-4]
      });
      break;
    case PACKET.unsubscribe:
      checkFilters(packet, () => {});
      break;
    case PACKET.pingreq:
    case PACKET.disconnect:
      // [MQTT-2.2.2-2] [MQTT-3.14.1-1]
      if ((first & 0x0f) !== 0 || packet.length > 2) throw new Broken('it has flags or a body');
      break;
    default:
      throw new Broken('it came where a client must not send it', REASON.protocolError);
  }
}

function checkFilters(packet: Buffer, checkOption: (cursor: Cursor) => void): void {
  // [MQTT-3.8.1-1] [MQTT-3.10.1-1]
  if (((packet[0] ?? 0) & 0x0f) !== REQUEST_FLAGS) throw new Broken('its flags are not the ones it must have');
  const cursor = Cursor.body(packet, 0, packet.length);
  cursor.packetId();
  do {
    if (cursor.left === 0) throw new Broken('it names no filter', REASON.protocolError); // [MQTT-3.8.3-3] [MQTT-3.10.3-2]
    if (!isTopicFilter(cursor.text('a filter'))) throw new Broken('a filter has a wildcard where none can be'); // [MQTT-4.7.1-2]
    checkOption(cursor);
  } while (cursor.left > 0);
}
