/**
 * Innocent clients, in a process of their own so that only the hub can slow them down: each publishes at a steady rate at
 * QoS 1 to the next one. Says how it went whenever it is asked. Argument: the MQTT port.
 */
import { connect } from 'node:net';
import { generate, parser } from 'mqtt-packet';

const CLIENTS = 20;
const EVERY_MS = 100;
const port = Number(process.argv[2]);

/** @type {number[]} in milliseconds, since the last report */
let latencies = [];
let sent = 0;
let received = 0;
let outOfOrder = 0;
let closed = 0;
let isPublishing = true;

const clients = await Promise.all(Array.from({ length: CLIENTS }, (_none, at) => openClient(at)));
process.send?.('ready');
const publishing = setInterval(() => {
  if (isPublishing) for (const client of clients) client.publish();
}, EVERY_MS);

process.on('message', (question) => {
  if (question === 'pause') isPublishing = false;
  if (question === 'go on') isPublishing = true;
  if (question === 'report') {
    process.send?.({ sent, received, outOfOrder, closed, latencies });
    latencies = [];
  }
});
process.once('disconnect', () => {
  clearInterval(publishing);
  process.exit();
});

/**
 * @param {number} at
 * @returns {Promise<{ publish(): void }>}
 */
function openClient(at) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const parse = parser({ protocolVersion: 4 });
  const topic = `innocent/${(at + 1) % CLIENTS}`;
  let next = 0;
  let expected = 0;
  socket.on('data', (chunk) => parse.parse(chunk));
  socket.on('error', () => undefined).on('close', () => closed++);
  const send = (/** @type {import('mqtt-packet').Packet} */ packet) => socket.write(generate(packet));
  const take = (/** @type {import('mqtt-packet').IPublishPacket} */ { payload, messageId }) => {
    const [number = -1, sentMs = 0] = String(payload).split(' ').map(Number);
    // The same again is allowed at QoS 1, only a step back or a gap is not.
    if (number === expected) {
      received++;
      latencies.push(performance.now() - sentMs);
    } else if (number > expected) outOfOrder++;
    expected = Math.max(expected, number + 1);
    if (messageId !== undefined) send({ cmd: 'puback', messageId });
  };
  send({
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: `innocent-${at}`,
    keepalive: 60,
  });
  send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: `innocent/${at}`, qos: 1 }] });
  return new Promise((resolve) => {
    parse.on('packet', (packet) => {
      if (packet.cmd === 'publish') take(packet);
      if (packet.cmd === 'suback') resolve({ publish });
    });
  });

  function publish() {
    sent++;
    const payload = `${next} ${performance.now()}`;
    send({ cmd: 'publish', topic, payload, qos: 1, dup: false, retain: false, messageId: (next++ % 65_535) + 1 });
  }
}
