/** A sensor as seed 4 describes it, written from the rows alone: a new client id for every run, QoS 1, no credentials. */
import { randomUUID } from 'node:crypto';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';

export interface Sensor {
  readonly raw: RawMqtt;
  /** Publishes an event and waits until the broker has acknowledged it; its event_id. */
  publish(event: { type: string; data: object; eventId?: string; timestamp?: number }): Promise<string>;
  stop(): void;
}

export interface SensorStart {
  readonly port: number;
  readonly deviceId: string;
  /** `motion`: topic `sensor/motion`, source `sensor-motion`. */
  readonly kind: string;
}

let runs = 0;

export async function startSensor({ port, deviceId, kind }: SensorStart): Promise<Sensor> {
  const raw = await connectRaw({ port, clientId: `mosq-${kind}-${runs++}`, keepalive: 60 });
  if (raw.connack.returnCode !== 0) throw new Error(`rc=${raw.connack.returnCode}`);
  let messageId = 0;
  return {
    raw,
    async publish({ type, data, eventId = randomUUID(), timestamp = Date.now() / 1000 }) {
      messageId++;
      const id = messageId;
      const event = { event_id: eventId, device_id: deviceId, source: `sensor-${kind}`, type, data, timestamp };
      raw.publish({ topic: `sensor/${kind}`, payload: JSON.stringify(event), qos: 1, messageId: id });
      await raw.take('puback', (packet) => packet.messageId === id);
      return eventId;
    },
    stop: () => raw.destroy(),
  };
}
