/** No command that was answered 202 is lost or done twice, however often the hub is killed with -9 while it delivers. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { seededRandom } from '../../hub/lib/random.ts';
import { type ApiClient, logIn, setUpOwner } from '../helpers/api-client.ts';
import { repeats } from '../helpers/long.ts';
import { connectRaw, type RawMqtt } from '../helpers/raw-mqtt.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';

const ROUNDS = repeats(8, 50);
const DEVICES = 4;
const COMMANDS_A_ROUND = 12;
const SEED = 20_261_121;
/** Other tests may have the machine too. */
const WAIT_MS = 30_000;
/** The lists of all devices are asked again this often: below the limit of requests of one session. */
const ASK_AGAIN_MS = 500;
/** The hub is killed after so many steps of a round: commands answered, and commands delivered. */
const KILL_AFTER = { least: 1, most: DEVICES * COMMANDS_A_ROUND * 2 };

let hub: Hub;
let owner: ApiClient;
const random = seededRandom(SEED);
const between = (least: number, most: number): number => least + Math.floor(random() * (most - least));

/** Own firmware: acknowledges at once, does each id once, answers each time, and says what was not taken again. */
class Firmware {
  /** Ids in the order they were done. */
  readonly done: string[] = [];
  /** Every delivery, also repeated ones. */
  readonly deliveries: string[] = [];
  readonly id: string;
  readonly #token: string;
  readonly #clean: boolean;
  #raw: RawMqtt | undefined;
  #packetId = 0;
  /** Answers without a PUBACK, by packet id. [MQTT-4.4.0-1] */
  readonly #unanswered = new Map<number, string>();
  readonly #read = new WeakSet<object>();

  constructor(id: string, token: string, clean: boolean) {
    this.id = id;
    this.#token = token;
    this.#clean = clean;
  }

  async connect(): Promise<void> {
    const login = { clientId: this.id, username: this.id, password: this.#token, clean: this.#clean };
    const raw = await connectRaw({ port: hub.ports.mqtt ?? 0, ...login });
    this.#raw = raw;
    raw.socket.on('data', () => setImmediate(() => this.#obey(raw)));
    for (const [messageId, payload] of this.#unanswered) this.#answer(raw, { messageId, payload, dup: true });
    await raw.subscribe(`ruche/${this.id}/cmd`, 1);
  }

  cut(): void {
    this.#raw?.destroy();
  }

  #obey(raw: RawMqtt): void {
    for (const packet of raw.inbox) {
      if (packet.cmd === 'puback' && packet.messageId !== undefined) this.#unanswered.delete(packet.messageId);
      if (packet.cmd !== 'publish' || packet.messageId === undefined || this.#read.has(packet)) continue;
      this.#read.add(packet);
      const { id } = JSON.parse(packet.payload.toString());
      this.deliveries.push(id);
      if (!this.done.includes(id)) this.done.push(id);
      raw.send({ cmd: 'puback', messageId: packet.messageId });
      this.#packetId = (this.#packetId % 60_000) + 1;
      const payload = JSON.stringify({ id, status: 'ok' });
      this.#unanswered.set(this.#packetId, payload);
      this.#answer(raw, { messageId: this.#packetId, payload });
    }
  }

  #answer(raw: RawMqtt, answer: { messageId: number; payload: string; dup?: boolean }): void {
    raw.publish({ topic: `ruche/${this.id}/ack`, qos: 1, ...answer });
  }
}

const devices: Firmware[] = [];
/** Commands that were answered 202, in that order. */
const promised = new Map<string, string[]>();

beforeAll(async () => {
  hub = await startHub();
  owner = await setUpOwner(hub);
  for (let at = 0; at < DEVICES; at++) {
    const id = `killed-${at}`;
    const { token } = await owner.call('POST /api/v1/devices', { body: { id } });
    devices.push(new Firmware(id, token, at % 2 === 0));
    promised.set(id, []);
  }
});
afterAll(async () => {
  for (const device of devices) device.cut();
  await hub?.close();
});

it(`loses no command and has none done twice over ${ROUNDS} rounds of kill -9`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    // Half of them are there before the commands, the others wake while they are being sent.
    const [early, late] = [devices.filter((_none, at) => at < 2), devices.filter((_none, at) => at >= 2)];
    await Promise.all(early.map((device) => device.connect()));
    const before = steps();
    const goal = between(KILL_AFTER.least, KILL_AFTER.most);
    const reached = (count: number): Promise<unknown> =>
      until(() => steps() - before >= count || isOver, { everyMs: 1, timeoutMs: WAIT_MS, what: `round ${round}` });
    let isOver = false;
    const waking = reached(between(0, goal)).then(() => Promise.all(late.map((device) => device.connect())));
    const killed = reached(goal).then(() => hub.kill());
    const sent = sendSome().then(() => {
      isOver = true;
    });
    await Promise.allSettled([sent, waking, killed]);
    await killed;
    for (const device of devices) device.cut();
    const lines = hub.logs.length;
    await hub.restart();
    expect(hub.logs.slice(lines).filter((line) => line.level >= 40)).toEqual([]);
    owner = await logIn(hub);
    await checkKnown();
  }
  await Promise.all(devices.map((device) => device.connect()));
  for (const device of devices) {
    const wanted = promised.get(device.id) ?? [];
    await until(() => wanted.every((id) => device.done.includes(id)), {
      timeoutMs: WAIT_MS,
      what: 'everything to be done',
    });
    // In the order in which it was asked for; a command whose answer was lost may be between them.
    expect(device.done.filter((id) => wanted.includes(id))).toEqual(wanted);
    expect(new Set(device.done).size).toBe(device.done.length);
  }
  await until(async () => (await openCommands()).length === 0, {
    everyMs: ASK_AGAIN_MS,
    timeoutMs: WAIT_MS,
    what: 'every command to be acknowledged',
  });
});

/** What the hub knows to be delivered is never sent again, whatever else is. */
async function checkKnown(): Promise<void> {
  const known = new Map<string, number>();
  for (const { id, state } of await allCommands()) {
    if (state === 'delivered' || state === 'acknowledged') known.set(id, deliveriesOf(id));
  }
  await Promise.all(devices.map((device) => device.connect()));
  await until(async () => (await openCommands()).every(({ state }) => state === 'delivered'), {
    everyMs: ASK_AGAIN_MS,
    timeoutMs: WAIT_MS,
    what: 'all deliveries',
  });
  for (const [id, count] of known) expect(deliveriesOf(id), id).toBe(count);
  for (const device of devices) device.cut();
}

const deliveriesOf = (id: string): number =>
  devices.reduce((sum, { deliveries }) => sum + deliveries.filter((one) => one === id).length, 0);

async function sendSome(): Promise<void> {
  for (let at = 0; at < COMMANDS_A_ROUND; at++) {
    await Promise.all(
      devices.map(async ({ id }) => {
        const body = { name: 'relay', value: at };
        const command = await owner.call('POST /api/v1/devices/:id/commands', { params: { id }, body });
        promised.get(id)?.push(command.id);
      }),
    );
  }
}

async function allCommands() {
  const lists = devices.map(({ id }) =>
    owner.call('GET /api/v1/devices/:id/commands', { params: { id }, query: { limit: 200 } }),
  );
  return (await Promise.all(lists)).flatMap(({ items }) => items);
}

const openCommands = async () => (await allCommands()).filter(({ endedMs }) => endedMs === null);

const steps = (): number =>
  devices.reduce((sum, { id, deliveries }) => sum + deliveries.length + (promised.get(id)?.length ?? 0), 0);
