/** What is measured: one cell is one run of the load tool against one server. */

import mqtt from 'mqtt';
import { DEVICE_ID } from './mosquitto.mjs';

/** @import { Kind, Prepare, Server } from './servers.mjs' */

/**
 * @typedef {{ scores: string, readings: string }} PayloadFiles
 * @typedef {{ seconds: number, payloadFiles: PayloadFiles, countEach?: number }} Settings `countEach`: so many messages of
 *   each publisher, however long they take
 * @typedef {object} Cell
 * @property {string} id
 * @property {string} title
 * @property {'rate' | 'latency' | 'connections' | 'stored' | 'fleet'} shows
 * @property {'ack_us' | 'e2e_us' | 'connect_us'} latency which clock of the load tool is shown
 * @property {'scores' | 'readings'} [keeps] every acknowledged message must be found in the store afterwards
 * @property {readonly Kind[]} [takePart] else brokers and hubs
 * @property {string} [bare] the cell that says what the same server does when it keeps nothing else of a message
 * @property {Prepare} [alone] each run has a server to itself, prepared so
 * @property {(server: Server, settings: Settings) => Promise<string[]>} args for the load tool
 */

export const PUBLISHERS = 50;
const SUBSCRIBERS = 100;
const CONNECTIONS = 5000;
/** Source addresses the connections come from, because a hub limits each. */
const ADDRESSES = 50;
/** Seconds the connections are held before memory is read. */
const HOLD_S = 3;

/**
 * @param {string[]} options
 * @returns {Cell['args']}
 */
const connections =
  (...options) =>
  async (server) => [
    'conns',
    ...['-c', String(CONNECTIONS), '--hold', String(HOLD_S), '--spread', String(ADDRESSES)],
    ...options,
    ...(await server.personArgs()),
  ];
/** 50 publishers at 20 a second: 1,000 messages a second in all. */
const STEADY_RATE = 20;
/** More topics than a publisher has messages in flight: no batch has two messages of one topic. */
const TOPICS_EACH = 40;
const FLEET = 1000;
/** The delay of the event loop is that of whole windows of ten seconds: one of them lies within the run. */
const FLEET_S = 25;

/**
 * Simon scores, as a device would send them.
 * @param {string[]} options
 * @returns {Cell['args']}
 */
const scores =
  (...options) =>
  async (server, { seconds, payloadFiles }) => [
    'ingest',
    ...['-p', String(PUBLISHERS), '-d', String(seconds), '--topic-template', 'simon/scores'],
    ...['--payload-file', payloadFiles.scores],
    ...options,
    ...server.deviceArgs,
  ];

/**
 * Two values of each device, under a time of their own.
 * @param {string[]} options
 * @returns {Cell['args']}
 */
const telemetry =
  (...options) =>
  async (server, { seconds, payloadFiles, countEach }) => [
    'ingest',
    ...['-p', String(PUBLISHERS), '-q', '1', '--topic-template', `ruche/${DEVICE_ID}/telemetry`],
    ...['--payload-file', payloadFiles.readings],
    ...(countEach === undefined ? ['-d', String(seconds)] : ['-n', String(countEach)]),
    ...options,
    ...server.deviceArgs,
  ];

/**
 * Every device one reading a second, evenly spread over the second.
 * @returns {Cell['args']}
 */
const fleet =
  () =>
  async (server, { seconds, payloadFiles }) => [
    'ingest',
    ...[
      '-p',
      String(FLEET),
      '-r',
      '1',
      '-d',
      String(Math.max(seconds, FLEET_S)),
      '-q',
      '1',
      '--spread',
      String(ADDRESSES),
    ],
    ...['--topic-template', `ruche/${DEVICE_ID}/telemetry`, '--payload-file', payloadFiles.readings],
    ...server.deviceArgs,
  ];

/**
 * @param {string} qos
 * @returns {Cell['args']}
 */
const fanOut =
  (qos) =>
  async (server, { seconds }) => [
    'fanout',
    ...['-p', '1', '-k', String(SUBSCRIBERS), '-d', String(seconds), '-q', qos],
    ...['--topic-template', 'bench/fan', '--filter', 'bench/fan'],
    ...(await server.personArgs()),
  ];

/**
 * Fifty publishers, each with a subscriber of its own.
 * @param {string[]} options
 * @returns {Cell['args']}
 */
const pairs =
  (...options) =>
  async (server, { seconds }) => [
    'pairs',
    ...['-p', String(PUBLISHERS), '-d', String(seconds)],
    ...options,
    ...(await server.personArgs()),
  ];

/**
 * Each message replaces one stored value: the retained one of its publisher's own topic.
 * @param {string[]} options
 * @returns {Cell['args']}
 */
const kept =
  (...options) =>
  async (server, { seconds }) => [
    'ingest',
    ...['-p', String(PUBLISHERS), '-d', String(seconds), '-q', '1', '--retain'],
    ...['--topic-template', 'bench/kept/%d'],
    ...options,
    ...(await server.personArgs()),
  ];

/**
 * Each message is queued for a session whose client is away.
 * @returns {Cell['args']}
 */
const owed =
  () =>
  async (server, { seconds }) => {
    const personArgs = await server.personArgs();
    await subscribeAndLeave(server.port, personArgs);
    return [
      'ingest',
      ...['-p', String(PUBLISHERS), '-d', String(seconds), '-q', '1', '-w', '20'],
      ...['--topic-template', 'bench/owed/%d'],
      ...personArgs,
    ];
  };

/**
 * What an earlier run left for this session goes first.
 * @param {number} port
 * @param {readonly string[]} personArgs
 */
async function subscribeAndLeave(port, personArgs) {
  const given = (/** @type {string} */ option) => personArgs[personArgs.indexOf(option) + 1] ?? '';
  const who = personArgs.length === 0 ? {} : { username: given('--user-template'), password: given('--pass') };
  for (const clean of [true, false]) {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { clientId: 'bench-away', clean, ...who });
    if (!clean) await client.subscribeAsync('bench/owed/+', { qos: 1 });
    await client.endAsync();
  }
}

/** Memory per connection needs a process that has seen nothing yet. */
const NOBODY = { devices: 0, arePaired: false };

/** @type {readonly Cell[]} */
export const CELLS = [
  {
    id: 'ingest-q0',
    title: 'Scores, QoS 0',
    shows: 'rate',
    latency: 'ack_us',
    keeps: 'scores',
    args: scores('-q', '0'),
  },
  {
    id: 'ingest-q1',
    title: 'Scores, QoS 1, 20 in flight',
    shows: 'rate',
    latency: 'ack_us',
    keeps: 'scores',
    args: scores('-q', '1', '-w', '20'),
  },
  {
    id: 'ingest-q1-one',
    title: 'Scores, QoS 1, one in flight',
    shows: 'rate',
    latency: 'ack_us',
    keeps: 'scores',
    args: scores('-q', '1', '-w', '1'),
  },
  {
    id: 'kept-q1',
    title: 'One stored value per message, QoS 1, 20 in flight',
    shows: 'rate',
    latency: 'ack_us',
    args: kept('-w', '20'),
  },
  {
    id: 'kept-q1-one',
    title: 'One stored value per message, QoS 1, one in flight',
    shows: 'rate',
    latency: 'ack_us',
    args: kept('-w', '1'),
  },
  {
    id: 'rows-q1',
    title: 'A row of its own per message, QoS 1, 20 in flight',
    shows: 'rate',
    latency: 'ack_us',
    args: kept('-w', '20', '--topics', String(TOPICS_EACH)),
  },
  {
    id: 'owed-q1',
    title: 'Each message queued for a session that is away, QoS 1, 20 in flight',
    shows: 'rate',
    latency: 'ack_us',
    args: owed(),
  },
  {
    id: 'telemetry-q1',
    title: 'Readings with rollups and latest values, QoS 1, 20 in flight',
    shows: 'stored',
    latency: 'ack_us',
    keeps: 'readings',
    takePart: ['pipeline', 'hub'],
    bare: 'rows-q1',
    args: telemetry('-w', '20'),
  },
  {
    id: 'telemetry-q1-one',
    title: 'Readings with rollups and latest values, QoS 1, one in flight',
    shows: 'stored',
    latency: 'ack_us',
    keeps: 'readings',
    takePart: ['pipeline', 'hub'],
    bare: 'kept-q1-one',
    args: telemetry('-w', '1'),
  },
  { id: 'fanout-q0', title: 'Fan-out 1 → 100, QoS 0', shows: 'rate', latency: 'e2e_us', args: fanOut('0') },
  { id: 'fanout-q1', title: 'Fan-out 1 → 100, QoS 1', shows: 'rate', latency: 'e2e_us', args: fanOut('1') },
  { id: 'pairs-q0', title: '1 → 1, 50 pairs, QoS 0', shows: 'rate', latency: 'e2e_us', args: pairs('-q', '0') },
  { id: 'pairs-q1', title: '1 → 1, 50 pairs, QoS 1', shows: 'rate', latency: 'e2e_us', args: pairs('-q', '1') },
  {
    id: 'ack-1000',
    title: 'Acknowledgement of scores at 1,000/s, QoS 1',
    shows: 'latency',
    latency: 'ack_us',
    keeps: 'scores',
    args: scores('-q', '1', '-w', '20', '-r', String(STEADY_RATE)),
  },
  {
    id: 'kept-1000',
    title: 'Acknowledgement of one stored value at 1,000/s, QoS 1',
    shows: 'latency',
    latency: 'ack_us',
    args: kept('-w', '20', '-r', String(STEADY_RATE)),
  },
  {
    id: 'e2e-1000',
    title: 'End to end at 1,000/s, 50 pairs, QoS 1',
    shows: 'latency',
    latency: 'e2e_us',
    args: pairs('-q', '1', '-r', String(STEADY_RATE)),
  },
  {
    id: 'connections',
    title: `${CONNECTIONS} connections`,
    shows: 'connections',
    latency: 'connect_us',
    alone: NOBODY,
    args: connections(),
  },
  {
    id: 'connections-subscribed',
    title: `${CONNECTIONS} connections with a subscription each`,
    shows: 'connections',
    latency: 'connect_us',
    alone: NOBODY,
    args: connections('--filter', 'bench/%d/command'),
  },
  {
    id: 'fleet-1000',
    title: `${FLEET} devices, one reading a second each`,
    shows: 'fleet',
    latency: 'ack_us',
    keeps: 'readings',
    takePart: ['hub'],
    alone: { devices: FLEET, arePaired: false },
    args: fleet(),
  },
];
