/** Which acknowledgement a message may be answered with. */
import { type AckType, PACKET, type Violation } from './front/codec.ts';
import { REASON } from './front/reason-codes.ts';

/** Header flags from which on a message has QoS 2. */
const QOS_2_FLAGS = 4;

/**
 * QoS 1 ends with PUBACK [MQTT-4.3.2-2]; QoS 2 goes from PUBREC over our PUBREL (then it is released) to PUBCOMP
 * [MQTT-4.3.3-1]. Anything else is a violation. [MQTT-4.8.0-1] (5: 4.13.1-1)
 */
export function wrongAnswer(
  { flags, isReleased }: { readonly flags: number; readonly isReleased: boolean },
  type: AckType,
): Violation | undefined {
  if (flags < QOS_2_FLAGS) return type === PACKET.puback ? undefined : WRONG;
  return type === PACKET.pubrec || (type === PACKET.pubcomp && isReleased) ? undefined : WRONG;
}

const WRONG: Violation = {
  detail: 'it acknowledged a message in a way that its QoS does not have',
  reason: REASON.protocolError,
};
