/** Seed 0, unmodified: what its rows promise, seen from the device's side and from the person's. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiClient, ApiError, logIn, OWNER, setUpOwner } from '../helpers/api-client.ts';
import { type Hub, startHub } from '../helpers/start-hub.ts';
import { until } from '../helpers/until.ts';
import { powerOn, type SeedSimon } from './pubsubclient-simon.ts';

const MAC = 'AABBCCDDEEFF';
const OTHER_MAC = '0011223344AA';

describe('seed 0: Simon', () => {
  let hub: Hub;
  let owner: ApiClient;
  let simon: SeedSimon;
  let other: SeedSimon;
  const mqttPort = (): number => hub.ports.mqtt ?? 0;
  const scores = async () => (await owner.call('GET /api/v1/scores', { query: { limit: 200 } })).items;
  const pairing = (id = MAC) => owner.call('GET /api/v1/devices/:id/pairing', { params: { id } });
  const paired = (id: string, username: string) =>
    until(async () => {
      const { state, username: name } = await pairing(id);
      return state === 'paired' && name === username;
    });

  beforeAll(async () => {
    hub = await startHub({ env: { RUCHE_REGISTRATION: 'open' } });
    owner = await setUpOwner(hub);
    simon = await powerOn(mqttPort(), MAC);
    other = await powerOn(mqttPort(), OTHER_MAC);
  });
  afterAll(async () => {
    simon?.powerOff();
    other?.powerOff();
    await hub?.close();
  });

  it('S0-25: answers / with the app, which asks to log in', async () => {
    const answer = await fetch(`${hub.url}/`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect((await fetch(`${hub.url}/api/v1/auth/me`)).status).toBe(401);
  });

  it('S0-26: registers a name once and never keeps the password as it is', async () => {
    const register = (username: string): Promise<Response> =>
      fetch(`${hub.url}/api/v1/auth/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: 'a long password' }),
      });
    expect((await register('Léa')).status).toBe(201);
    const again = await register('léa');
    expect(again.status).toBe(409);
    expect(await again.json()).toMatchObject({ code: 'USERNAME_TAKEN' });
  });

  it('S0-27: lets in with the right password and says so when it is wrong', async () => {
    expect((await logIn(hub, { username: 'Léa', password: 'a long password' })).user.role).toBe('viewer');
    const wrong = logIn(hub, { username: 'Léa', password: 'a wrong password' });
    await expect(wrong).rejects.toMatchObject({ status: 401, code: 'AUTH_BAD_CREDENTIALS' });
  });

  it('S0-8, S0-29: lists a device that announced itself by its client id, for choosing', async () => {
    const { items } = await owner.call('GET /api/v1/devices/waiting');
    expect(items).toContainEqual(
      expect.objectContaining({ clientId: `ESP32-Simon-${MAC}`, deviceId: MAC, dialect: 'simon' }),
    );
  });

  it('S0-1: keeps nothing a device says before somebody paired it', async () => {
    simon.finishGame(9);
    await simon.raw.subscribe('simon/pair', 0, 2); // a round trip: the score before it has been handled
    expect(await scores()).toEqual([]);
  });

  it('S0-28: needs somebody signed in for pairing', async () => {
    const answer = await fetch(`${hub.url}/api/v1/devices/${MAC}/pairing`, { method: 'POST' });
    expect(answer.status).toBe(401);
  });

  it('S0-2, S0-3, S0-28: pairs with the person who asks, and the device answers', async () => {
    const reply = await owner.call('POST /api/v1/devices/:id/pairing', {
      params: { id: 'aa:bb:cc:dd:ee:ff' },
      body: {},
    });
    expect(reply.state).toBe('requested');
    await paired(MAC, OWNER.username);
    expect(simon.username).toBe(OWNER.username);
    expect(JSON.parse(simon.heard.at(-1) ?? '')).toEqual({ device_id: MAC, username: OWNER.username });
    expect((await pairing()).answeredAtMs).toBeTypeOf('number');
  });

  it('S0-4: tells only the device that is meant', async () => {
    expect(other.heard).toEqual([]);
    expect(other.username).toBe('');
  });

  it('S0-1, S0-33: stores a score for the paired person with the time of the server', async () => {
    const beforeMs = Date.now();
    simon.finishGame(12);
    const [score] = await until(async () => {
      const items = await scores();
      return items.length > 0 && items;
    });
    expect(score).toMatchObject({ deviceId: MAC, username: OWNER.username, score: 12 });
    expect(score?.atMs).toBeGreaterThanOrEqual(beforeMs - 1000);
    expect(score?.atMs).toBeLessThanOrEqual(Date.now() + 1000);
  });

  it('counts a score for the paired person, whatever name the payload claims', async () => {
    simon.publish('simon/scores', JSON.stringify({ device_id: MAC, username: 'Mallory', score: 3 }));
    await until(async () => (await scores())[0]?.score === 3);
    expect((await scores())[0]?.username).toBe(OWNER.username);
  });

  it('S0-5, S0-34: ignores what is not valid and goes on', async () => {
    const before = await scores();
    const bad = [
      '{"device_id": ',
      '[]',
      'null',
      '"text"',
      JSON.stringify({ device_id: MAC, username: '', score: 33 }),
      JSON.stringify({ device_id: MAC, username: '', score: -1 }),
      JSON.stringify({ device_id: MAC, username: '', score: 1.5 }),
      JSON.stringify({ device_id: MAC, username: '', score: '7' }),
      JSON.stringify({ device_id: MAC, username: '' }),
      JSON.stringify({ username: '', score: 7 }),
      JSON.stringify({ device_id: OTHER_MAC, username: '', score: 7 }),
      JSON.stringify({ device_id: 'FFFFFFFFFFFF', username: '', score: 7 }),
      `{"device_id":"${MAC}","score":7,"filler":"${'x'.repeat(70_000)}"}`,
    ];
    for (const payload of bad) simon.publish('simon/scores', payload);
    await simon.raw.subscribe('simon/pair', 0, 3);
    expect(await scores()).toEqual(before);
    expect(simon.raw.isClosed).toBe(false);
    const { items } = await owner.call('GET /api/v1/refusals', { query: { device: MAC } });
    const codes = new Set(items.map((refusal) => refusal.code));
    expect(codes).toEqual(
      new Set(['PUBLISH_WAITING', 'PAYLOAD_NOT_JSON', 'PAYLOAD_INVALID', 'DEVICE_MISMATCH', 'PAYLOAD_TOO_LARGE']),
    );
    for (const refusal of items) expect(refusal.hint.length).toBeGreaterThan(10);
  });

  it('S0-6: a device that lost its power gets its name back when it subscribes again', async () => {
    simon.powerOff();
    simon = await powerOn(mqttPort(), MAC);
    await until(() => simon.username === OWNER.username);
    const device = await owner.call('GET /api/v1/devices/:id', { params: { id: MAC } });
    expect(device).toMatchObject({ id: MAC, player: OWNER.username, protected: false });
  });

  it('S0-30: shows the newest scores first and not more than 200', async () => {
    for (let game = 0; game < 210; game++) simon.finishGame(game % 33);
    await until(async () => (await scores())[0]?.score === 209 % 33 && (await scores()).length === 200);
    const items = await scores();
    const times = items.map((score) => score.atMs);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(items.slice(0, 3).map((score) => score.score)).toEqual([209 % 33, 208 % 33, 207 % 33]);
    const page = owner.call('GET /api/v1/scores', { query: { limit: 201 } });
    await expect(page).rejects.toBeInstanceOf(ApiError);
  });

  it('says whom the device belonged to when it is paired again, and frees it when unpaired', async () => {
    await owner.call('POST /api/v1/devices/:id/pairing', { params: { id: MAC }, body: { username: 'Léa' } });
    await paired(MAC, 'Léa');
    expect((await pairing()).previousUsername).toBe(OWNER.username);
    await owner.call('DELETE /api/v1/devices/:id/pairing', { params: { id: MAC } });
    await until(() => simon.username === '');
    expect(await pairing()).toMatchObject({ state: 'none', username: null });
    simon.finishGame(5);
    await until(async () => (await scores())[0]?.score === 5);
    expect((await scores())[0]?.username).toBe('');
  });

  it('S0-7: goes on after the hub was restarted, and has kept everything', async () => {
    const before = await scores();
    await hub.stop();
    await hub.restart();
    owner = await logIn(hub);
    expect(await scores()).toEqual(before);
    simon = await powerOn(mqttPort(), MAC);
    simon.finishGame(21);
    await until(async () => (await scores())[0]?.score === 21);
  });

  it('S0-31: logs out, as often as one likes', async () => {
    for (let attempt = 0; attempt < 2; attempt++) {
      const answer = await fetch(`${hub.url}/api/v1/auth/logout`, {
        method: 'POST',
        headers: { cookie: owner.cookie },
      });
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ status: 'logged_out' });
    }
    const me = await owner.fetch('/api/v1/auth/me');
    expect(me.status).toBe(401);
  });
});
