/** MQTT over a WebSocket as far as a page needs it: it connects with a token, subscribes and hears. Reconnecting is not its own. */
import { connectPacket, DISCONNECT, makeReader, PINGREQ, subscribePacket, unsubscribePacket } from './mqtt-packets.ts';

export interface OpenOptions {
  token: string;
  connectTimeoutMs: number;
  keepaliveS: number;
}

export interface MqttEvents {
  connected(): void;
  message(topic: string, payload: string): void;
  /** The code of the CONNACK; `closed` follows. */
  refused(code: number): void;
  /** Once, unless `end` was called before. */
  closed(): void;
}

export interface MqttClient {
  subscribe(topics: readonly string[]): void;
  unsubscribe(topics: readonly string[]): void;
  /** Nothing more is said or heard. */
  end(): void;
}

const IDS_MAX = 65_535;

export function connect(
  url: string,
  { token, connectTimeoutMs, keepaliveS }: OpenOptions,
  events: MqttEvents,
): MqttClient {
  const socket = new WebSocket(url, 'mqtt');
  socket.binaryType = 'arraybuffer';
  const read = makeReader();
  let isOver = false;
  let isHeard = true;
  let id = 0;
  let pings: ReturnType<typeof setInterval> | undefined;
  const nextId = (): number => {
    id = (id % IDS_MAX) + 1;
    return id;
  };
  const send = (bytes: Uint8Array): void => {
    if (socket.readyState === WebSocket.OPEN) socket.send(Uint8Array.from(bytes));
  };
  const close = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(patience);
    clearInterval(pings);
    send(DISCONNECT);
    socket.close();
  };
  const lose = (): void => {
    if (isOver) return;
    close();
    events.closed();
  };
  const patience = setTimeout(lose, connectTimeoutMs);
  // a hub that has heard nothing and says nothing for a whole rhythm is gone
  const ping = (): void => {
    const wasHeard = isHeard;
    isHeard = false;
    if (wasHeard) send(PINGREQ);
    else lose();
  };
  const greeted = (code: number): void => {
    clearTimeout(patience);
    if (code !== 0) {
      events.refused(code);
      lose();
      return;
    }
    pings = setInterval(ping, (keepaliveS * 1000) / 2);
    events.connected();
  };
  socket.addEventListener('open', () => {
    // the token goes into CONNECT, never into the address: addresses end up in logs
    send(connectPacket({ clientId: `web-${randomHex()}`, username: 'web', password: token, keepaliveS }));
  });
  socket.addEventListener('message', ({ data }) => {
    if (isOver || !(data instanceof ArrayBuffer)) return;
    isHeard = true;
    for (const heard of read(new Uint8Array(data))) {
      if (isOver) return;
      if (heard.kind === 'message') events.message(heard.topic, heard.payload);
      else if (heard.kind === 'connack') greeted(heard.code);
    }
  });
  socket.addEventListener('close', lose);
  socket.addEventListener('error', lose);
  return {
    subscribe: (topics) => send(subscribePacket(nextId(), topics)),
    unsubscribe: (topics) => send(unsubscribePacket(nextId(), topics)),
    end: close,
  };
}

function randomHex(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
