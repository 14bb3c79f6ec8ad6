/**
 * Home Assistant's way, through restarts of the hub: MQTT 5, clean start off with a session that is kept, a retained
 * will and birth message on `homeassistant/status`, discovery retained by the devices.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Actor, type ActorStart, startMqttJs, startPaho, whyNoPaho } from '../helpers/actors.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { unique } from '../helpers/wire.ts';

let hub: Hub;
const actors: Actor[] = [];
beforeAll(async () => {
  hub = await startHub({ env: { RUCHE_ANONYMOUS: 'open' } });
});
afterEach(async () => {
  await Promise.all(actors.splice(0).map((actor) => actor.kill()));
});
afterAll(() => hub?.close());

const STATUS = 'homeassistant/status';
const HOUR_S = 3600;
const noPaho = whyNoPaho();
if (noPaho !== undefined) console.warn(`skipped: ${noPaho}`);

type Start = (start: ActorStart) => Promise<Actor>;
const programs: { name: string; start: Start; isHere: boolean }[] = [
  { name: 'mqtt.js', start: startMqttJs, isHere: true },
  { name: 'paho', start: startPaho, isHere: noPaho === undefined },
];

describe.each(programs)('$name', ({ start, isHere }) => {
  const join = async (program: Start, clientId: string, will: ActorStart['will']): Promise<Actor> => {
    const actor = await program({ port: hub.ports.mqtt ?? 0, clientId, expiryS: HOUR_S, will });
    actors.push(actor);
    return actor;
  };
  const home = (clientId: string): Promise<Actor> => join(start, clientId, { topic: STATUS, payload: 'offline' });
  const device = (id: string): Promise<Actor> =>
    join(startMqttJs, id, { topic: `devices/${id}/availability`, payload: 'offline' });
  const payloads = ({ heard }: Actor, topic: string): string[] =>
    heard.filter((message) => message.topic === topic).map(({ payload }) => payload);

  it.runIf(isHere)('finds everything again when the hub comes back from kill -9, and loses nothing', async () => {
    const id = unique('sensor');
    const config = `homeassistant/sensor/${id}/config`;
    const state = `devices/${id}/state`;
    const sensor = await device(id);
    await sensor.subscribe([STATUS]);
    await sensor.publish(config, '{"name":"one"}', { retain: true, pairs: [['origin', 'test']] });
    const clientId = unique('ha');
    const assistant = await home(clientId);
    expect(assistant.sessions).toEqual([false]);
    await assistant.subscribe([`homeassistant/+/${id}/config`, state]);
    await assistant.publish(STATUS, 'online', { retain: true });
    await until(() => payloads(sensor, STATUS).includes('online'));
    const discovered = await until(() => assistant.heard.find(({ topic }) => topic === config));
    expect(discovered).toEqual({ topic: config, payload: '{"name":"one"}', retain: true, pairs: [['origin', 'test']] });

    // Away while the sensor goes on talking; then the hub dies, too.
    await assistant.leave();
    for (let count = 1; count <= 5; count++) await sensor.publish(state, String(count));
    await hub.kill();
    await hub.restart();
    await until(() => sensor.sessions.length === 2, { timeoutMs: 10_000 });
    expect(sensor.sessions[1]).toBe(true);
    const again = await home(clientId);
    expect(again.sessions).toEqual([true]);
    await until(() => payloads(again, state).length >= 5);
    expect(payloads(again, state)).toEqual(['1', '2', '3', '4', '5']);
    // What is retained is not sent anew: the subscriptions are the old ones.
    expect(payloads(again, config)).toEqual([]);
    await again.publish(STATUS, 'online', { retain: true });
    await sensor.publish(state, 'live');
    await until(() => payloads(again, state).includes('live'));
    await again.leave();
  });

  it.runIf(isHere)('stays subscribed while the hub restarts under it, and its will is not published', async () => {
    const id = unique('sensor');
    const state = `devices/${id}/state`;
    const sensor = await device(id);
    await sensor.subscribe([STATUS]);
    const assistant = await home(unique('ha'));
    await assistant.subscribe([state]);
    await assistant.publish(STATUS, `online ${id}`, { retain: true });
    await until(() => payloads(sensor, STATUS).includes(`online ${id}`));
    const before = sensor.heard.length;
    await hub.stop();
    await hub.restart();
    await until(() => assistant.sessions.length === 2 && sensor.sessions.length === 2, { timeoutMs: 10_000 });
    expect([assistant.sessions[1], sensor.sessions[1]]).toEqual([true, true]);
    await sensor.publish(state, 'after');
    await until(() => payloads(assistant, state).includes('after'));
    expect(sensor.heard.slice(before).filter(({ payload }) => payload === 'offline')).toEqual([]);
    await assistant.leave();
  });

  it.runIf(isHere)('leaves its will when it dies, for devices that come later, too', async () => {
    const sensor = await device(unique('sensor'));
    await sensor.subscribe([STATUS]);
    const assistant = await home(unique('ha'));
    await assistant.publish(STATUS, 'online', { retain: true });
    await until(() => payloads(sensor, STATUS).at(-1) === 'online');
    await assistant.kill();
    await until(() => payloads(sensor, STATUS).at(-1) === 'offline');
    const late = await device(unique('sensor'));
    await late.subscribe([STATUS]);
    expect(await until(() => late.heard[0])).toMatchObject({ payload: 'offline', retain: true });
  });
});
