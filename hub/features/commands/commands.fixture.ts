/** Devices that take commands from a hub in this process, over real sockets. */
import { type ApiClient, OWNER } from '../../../tests/helpers/api-client.ts';
import { type InsideHub, startInsideHub } from '../../../tests/helpers/inside-hub.ts';
import { connectRaw, type RawMqtt } from '../../../tests/helpers/raw-mqtt.ts';
import { until } from '../../../tests/helpers/until.ts';
import type { Command, CommandBody, CommandState } from '../../contract/command.ts';

export interface Heard {
  id: string;
  name: string;
  value?: unknown;
  dup: boolean;
  messageId: number | undefined;
}

export class TestDevice {
  readonly id: string;
  readonly token: string;
  raw: RawMqtt;

  constructor(id: string, token: string, raw: RawMqtt) {
    this.id = id;
    this.token = token;
    this.raw = raw;
  }

  /** The next command it is sent; acknowledged unless the test does not want that. */
  async hear({ acks = true } = {}): Promise<Heard> {
    const { payload, dup, messageId } = await this.raw.take('publish', ({ topic }) => topic.endsWith('/cmd'));
    if (acks && messageId !== undefined) this.raw.send({ cmd: 'puback', messageId });
    return { ...JSON.parse(payload.toString()), dup, messageId };
  }

  answer(id: string, status: 'ok' | 'error', message?: string): void {
    const payload = JSON.stringify({ id, status, ...(message === undefined ? {} : { message }) });
    this.raw.publish({ topic: `ruche/${this.id}/ack`, payload });
  }

  /** Everything that was on its way to the device before this has arrived; how many commands are among it. */
  async unheard(): Promise<number> {
    this.raw.send({ cmd: 'pingreq' });
    await this.raw.take('pingresp');
    return this.raw.inbox.filter(({ cmd }) => cmd === 'publish').length;
  }
}

export interface Options {
  clean?: boolean;
  qos?: 0 | 1 | 2;
  /** Undefined: it does not listen. */
  filter?: string | undefined;
}

export class CommandsWorld {
  readonly hub: InsideHub;
  owner: ApiClient;
  readonly #raws: RawMqtt[] = [];

  constructor(hub: InsideHub, owner: ApiClient) {
    this.hub = hub;
    this.owner = owner;
  }

  static async start(): Promise<CommandsWorld> {
    const hub = await startInsideHub();
    return new CommandsWorld(hub, await hub.owner());
  }

  async close(): Promise<void> {
    for (const raw of this.#raws.splice(0)) raw.destroy();
    await this.hub.close();
  }

  /** As it was before any device came; starting a hub for each test would take longer than the tests. */
  async clear(): Promise<void> {
    for (const raw of this.#raws.splice(0)) raw.destroy();
    const { items } = await this.owner.call('GET /api/v1/devices', { query: { limit: 200 } });
    for (const { id } of items) await this.owner.call('DELETE /api/v1/devices/:id', { params: { id } });
  }

  async register(id: string): Promise<string> {
    return (await this.owner.call('POST /api/v1/devices', { body: { id } })).token;
  }

  /** A new device that is there and listens. */
  async device(id: string, options: Options = {}): Promise<TestDevice> {
    const token = await this.register(id);
    return new TestDevice(id, token, await this.connect(id, token, options));
  }

  async connect(id: string, token: string, options: Options = {}): Promise<RawMqtt> {
    const { clean = false, qos = 1 } = options;
    const filter = 'filter' in options ? options.filter : `ruche/${id}/cmd`;
    const raw = await connectRaw({ port: this.hub.mqttPort, clientId: id, username: id, password: token, clean });
    this.#raws.push(raw);
    if (filter !== undefined) await raw.subscribe(filter, qos);
    return raw;
  }

  /** The cable is pulled, and the hub knows. */
  async leave(device: TestDevice): Promise<void> {
    device.raw.destroy();
    await until(async () => {
      const { connected } = await this.owner.call('GET /api/v1/devices/:id', { params: { id: device.id } });
      return !connected;
    });
  }

  /** The device comes back; its kept session has its subscription. */
  async wake(device: TestDevice, options: Options = { filter: undefined }): Promise<void> {
    device.raw = await this.connect(device.id, device.token, options);
  }

  send(id: string, body: CommandBody = { name: 'relay', value: 1 }): Promise<Command> {
    return this.owner.call('POST /api/v1/devices/:id/commands', { params: { id }, body });
  }

  get({ deviceId, id }: Pick<Command, 'deviceId' | 'id'>): Promise<Command> {
    return this.owner.call('GET /api/v1/devices/:id/commands/:commandId', { params: { id: deviceId, commandId: id } });
  }

  cancel({ deviceId, id }: Pick<Command, 'deviceId' | 'id'>): Promise<Command> {
    return this.owner.call('DELETE /api/v1/devices/:id/commands/:commandId', {
      params: { id: deviceId, commandId: id },
    });
  }

  /** The command once it is in this state. */
  async reaches(command: Pick<Command, 'deviceId' | 'id'>, state: CommandState): Promise<Command> {
    return until(
      async () => {
        const now = await this.get(command);
        return now.state === state ? now : undefined;
      },
      { what: `command ${command.id} to be ${state}` },
    );
  }

  /** Moves the clock further than a token lasts. */
  async advance(ms: number): Promise<void> {
    this.hub.clock.advance(ms);
    this.owner = await this.hub.owner();
  }

  async restart(): Promise<void> {
    await this.hub.restart();
    this.owner = await this.hub.owner();
  }
}
export const OWNER_NAME = OWNER.username;
