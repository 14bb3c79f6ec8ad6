/**
 * A Simon as seed 0 describes it, written from the rows of the document alone and with the habits of PubSubClient:
 * MQTT 3.1.1, clean session, keep-alive 15 s, no credentials, everything at QoS 0, one subscription, RAM only.
 * It shares no code with the hub.
 */
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';

const KEEPALIVE_S = 15;

export interface SeedSimon {
  readonly deviceId: string;
  /** The name it would publish with a score; '' while unpaired. Lost with `powerOff`. */
  readonly username: string;
  /** Payload texts of everything received on simon/pair, also for other devices. */
  readonly heard: readonly string[];
  readonly raw: RawMqtt;
  finishGame(score: number): void;
  publish(topic: string, payload: string): void;
  powerOff(): void;
}

/** Powers a Simon on: connects, subscribes to simon/pair (S0-6, S0-8), answers pairing (S0-3, S0-4, S0-5). */
export async function powerOn(port: number, deviceId: string): Promise<SeedSimon> {
  const raw = await connectRaw({ port, clientId: `ESP32-Simon-${deviceId}`, keepalive: KEEPALIVE_S });
  if (raw.connack.returnCode !== 0) throw new Error(`rc=${raw.connack.returnCode}`);
  let username = '';
  const heard: string[] = [];
  const taken = new WeakSet<object>();
  const publish = (topic: string, payload: string): void => raw.publish({ topic, payload });
  const ping = setInterval(() => raw.isClosed || raw.send({ cmd: 'pingreq' }), KEEPALIVE_S * 1000).unref();
  raw.socket.on('close', () => clearInterval(ping));

  raw.socket.on('data', () => {
    for (const packet of raw.inbox) {
      if (packet.cmd === 'publish' && packet.topic === 'simon/pair' && !taken.has(packet)) {
        taken.add(packet);
        hear(packet.payload.toString());
      }
    }
  });
  function hear(text: string): void {
    heard.push(text);
    let message: { device_id?: string; username?: string };
    try {
      message = JSON.parse(text);
    } catch {
      return; // S0-5: no answer
    }
    if ((message.device_id ?? '') !== deviceId) return;
    username = message.username ?? '';
    publish('simon/pair/ack', JSON.stringify({ device_id: deviceId, username, status: 'paired' }));
  }

  await raw.subscribe('simon/pair');
  return {
    deviceId,
    get username() {
      return username;
    },
    heard,
    raw,
    finishGame: (score) => publish('simon/scores', JSON.stringify({ device_id: deviceId, username, score })),
    publish,
    powerOff: () => raw.destroy(),
  };
}
