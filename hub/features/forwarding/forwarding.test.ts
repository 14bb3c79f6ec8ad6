import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idOfParts } from '../../lib/ids.ts';
import { type Backend, motion, setUp, startBackend, webhook } from './forwarding.fixture.ts';
import { signatureOf } from './senders/webhook.ts';

let backend: Backend;
let test: Awaited<ReturnType<typeof setUp>>;
beforeEach(async () => {
  backend = await startBackend();
  test = await setUp();
});
afterEach(async () => {
  await test.close();
  await backend.stop();
});

/** Of what `motion('e-1')` is. */
const KEY = idOfParts('raspberry-1', 'e-1');

const ids = (): unknown[] => backend.bodies().map((body) => body.details.event_id);

describe('an event', () => {
  it('is posted in the form of seed 4, with its device and id as the key by which repetitions are known', async () => {
    const { id } = await test.forwarding.create(webhook(`${backend.url}/api/events`));
    await test.say(motion('e-1'));
    await test.until(id, { queued: 0, sent: 1 });
    expect(backend.bodies()).toEqual([
      {
        type: 'motion_detected',
        device_id: 'raspberry-1',
        details: {
          event_id: 'e-1',
          source: 'sensor-motion',
          data: { presence: true, gpio_pin: 17 },
          original_timestamp: 1734567890.123,
          mqtt_topic: 'sensor/motion',
        },
      },
    ]);
    expect(backend.asked[0]?.headers).toMatchObject({ 'idempotency-key': KEY, 'content-type': 'application/json' });
    expect(test.logged).toContainEqual(
      expect.objectContaining({
        message: 'forwarded',
        fields: expect.objectContaining({ type: 'motion_detected', topic: 'sensor/motion' }),
      }),
    );
  });

  it('whatever its device calls it holds up none of those behind it', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url));
    const names = ['a\nb', 'дверь', '\ud800', ''];
    for (const name of names) await test.say(motion(name));
    await test.say(motion('e-1'));
    await test.until(id, { queued: 0, sent: names.length + 1 });
    const keys = backend.asked.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(names.length + 1);
    expect(keys.at(-1)).toBe(KEY);
  });

  it('is no repetition of one that another device calls the same', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url));
    for (const claimedId of ['door-a', 'door-b']) await test.say(motion('1', { claimedId }));
    await test.until(id, { queued: 0, sent: 2 });
    const [one, other] = backend.asked.map(({ headers }) => headers['idempotency-key']);
    expect(one).not.toBe(other);
    expect(ids()).toEqual(['1', '1']);
  });

  it('of which no request can be made is given up, and those behind it go on', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url, { topics: ['t'] }));
    await test.publish('t', '['.repeat(100_000) + ']'.repeat(100_000));
    await test.publish('t', '[1]');
    await test.until(id, { queued: 0, sent: 1, deadLetters: 1 });
    expect(backend.bodies()).toMatchObject([{ json: [1] }]);
  });

  it('waits while nobody listens there, in order, and arrives once when somebody does', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url));
    await backend.stop();
    for (let at = 0; at < 20; at++) await test.say(motion(`e-${at}`));
    await test.until(id, { state: 'waiting', queued: 20 });
    expect(test.statusOf(id)).toMatchObject({
      oldestMs: test.clock.nowMs(),
      lastError: { message: 'Nobody listens there (connection refused).', httpStatus: null },
      retryAtMs: test.clock.nowMs() + 1000,
    });
    test.clock.advance(1000);
    await test.until(id, { state: 'waiting', retryAtMs: test.clock.nowMs() + 2000 });
    await backend.start();
    test.clock.advance(2000);
    await test.until(id, { queued: 0, state: 'idle' });
    expect(ids()).toEqual(Array.from({ length: 20 }, (_, at) => `e-${at}`));
  });

  it('outlives a restart of the hub while it waits', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url));
    await backend.stop();
    await test.say(motion('e-1'));
    await test.say(motion('e-2', { type: 'PRESSURE_DETECTED' }));
    await test.until(id, { state: 'waiting' });
    await test.restart();
    expect(test.statusOf(id)).toMatchObject({ queued: 2 });
    await backend.start();
    test.forwarding.flush(id);
    await test.until(id, { queued: 0 });
    expect(backend.bodies().map(({ type }) => type)).toEqual(['motion_detected', 'button_pressed']);
    await test.say(motion('e-3'));
    await test.until(id, { queued: 0, sent: 3 });
    expect(ids()).toEqual(['e-1', 'e-2', 'e-3']);
  });

  it('is converted when it is sent, so that a mapping put right counts for what waits', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url, { paused: true }));
    await test.say(motion('e-1'));
    await test.forwarding.change(id, { mapping: [{ from: 'MOTION_DETECTED', to: 'someone' }], paused: false });
    await test.until(id, { queued: 0 });
    expect(backend.bodies()).toMatchObject([{ type: 'someone' }]);
  });

  it('goes to nobody who did not ask for events', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url, { events: false }));
    await test.say(motion('e-1'));
    expect(test.statusOf(id)).toMatchObject({ queued: 0, state: 'idle' });
  });
});

describe('what RUCHE_BACKEND_URL sets up', () => {
  const withBackend = async (url: string | undefined) => {
    await test.close();
    test = await setUp({ backendUrl: url });
  };

  it('is a destination for events whose address cannot be changed here', async () => {
    await withBackend(`${backend.url}/`);
    expect(test.forwarding.list()).toMatchObject([
      { id: 'backend', url: `${backend.url}/api/events`, events: true, fixed: true, topics: [] },
    ]);
    await test.say(motion('e-1'));
    await test.until('backend', { sent: 1 });
    await expect(test.forwarding.change('backend', { url: 'http://elsewhere/' })).rejects.toThrow(
      expect.objectContaining({ code: 'DESTINATION_FIXED' }),
    );
    await expect(test.forwarding.remove('backend')).rejects.toThrow(
      expect.objectContaining({ code: 'DESTINATION_FIXED' }),
    );
    await test.forwarding.change('backend', { paused: true, mapping: [] });
    await test.restart();
    expect(test.forwarding.get('backend')).toMatchObject({ paused: true, mapping: [] });
  });

  it('is paused for as long as that is missing, and afterwards as people left it', async () => {
    const parts: { backendUrl: string | undefined } = { backendUrl: backend.url };
    const startWith = async (url: string | undefined) => {
      parts.backendUrl = url;
      await test.restart();
      return test.forwarding.get('backend').paused;
    };
    await test.close();
    test = await setUp(parts);
    expect(await startWith(undefined)).toBe(true);
    await test.forwarding.change('backend', { name: 'Ours' });
    expect(await startWith(backend.url)).toBe(false);
    await test.say(motion('e-1'));
    await test.until('backend', { sent: 1 });
    await startWith(undefined);
    await test.forwarding.change('backend', { paused: false });
    await test.forwarding.change('backend', { paused: true });
    expect(await startWith(backend.url)).toBe(true);
    await startWith(undefined);
    expect(await startWith(`${backend.url}/elsewhere`)).toBe(true);
  });
});

describe('an answer', () => {
  it('that refuses the body makes a dead letter, and the next one goes on', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url));
    backend.answer = { status: 422, body: '{"error":"type unknown"}' };
    await test.say(motion('e-1'));
    await test.until(id, { deadLetters: 1, queued: 0 });
    const { items } = await test.forwarding.deadLetters(id, { limit: 10 });
    expect(items).toMatchObject([
      {
        type: 'MOTION_DETECTED',
        deviceId: 'raspberry-1',
        httpStatus: 422,
        reason: 'body-refused',
        message: 'It does not take this body (422).',
      },
    ]);
    expect(test.statusOf(id).lastError).toMatchObject({ httpStatus: 422, body: '{"error":"type unknown"}' });
    backend.answer = { status: 200 };
    await test.say(motion('e-2'));
    await test.until(id, { sent: 1 });
    expect(await test.forwarding.resend(id, undefined)).toBe(1);
    await test.until(id, { sent: 2, deadLetters: 0 });
    expect(ids()).toEqual(['e-1', 'e-2', 'e-1']);
  });

  it('that says when to come back is believed', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url));
    backend.answer = { status: 429, headers: { 'retry-after': '120' } };
    await test.say(motion('e-1'));
    await test.until(id, { state: 'waiting', retryAtMs: test.clock.nowMs() + 120_000 });
  });

  it.each([
    [302, 'It redirects to /elsewhere; use that address.'],
    [401, 'It refuses the hub (401); check the headers and the secret.'],
    [404, 'It has nothing under this address (404); check the path.'],
    [503, 'It answered 503.'],
  ])('of %i may be put right there: nothing is given up', async (status, message) => {
    const { id } = await test.forwarding.create(webhook(backend.url));
    backend.answer = { status, headers: { location: '/elsewhere' } };
    await test.say(motion('e-1'));
    await test.until(id, { state: 'waiting', queued: 1, deadLetters: 0 });
    expect(test.statusOf(id).lastError).toMatchObject({ message, httpStatus: status });
  });
});

describe('a webhook', () => {
  it('gets messages of its topics as they are, also those that are no text', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url, { topics: ['home/+/temperature', 'raw'] }));
    await test.publish('home/attic/temperature', '{"c":21.5}');
    await test.publish('raw', Buffer.from([0xff, 0x00]), { qos: 0, retain: true });
    await test.publish('raw', 'plain');
    await test.publish('home/attic/humidity', '1');
    await test.until(id, { sent: 3, queued: 0 });
    expect(backend.bodies()).toMatchObject([
      { topic: 'home/attic/temperature', json: { c: 21.5 }, qos: 1, retain: false },
      { topic: 'raw', payload_base64: '/wA=', qos: 0, retain: true },
      { topic: 'raw', payload: 'plain' },
    ]);
  });

  it('is signed, carries headers of its own, and can have a body of its own', async () => {
    const secret = 'between us';
    const headers = [{ name: 'Authorization', value: 'Bearer abc' }];
    const template = '{"text":"{{topic}} is {{json.c}}"}';
    const parts = { topics: ['t'], secret, headers, template };
    const made = await test.forwarding.create(webhook(backend.url, parts));
    expect(made).toMatchObject({ headers: ['Authorization'], signed: true });
    expect(JSON.stringify(made)).not.toContain('abc');
    await test.publish('t', '{"c":1}');
    await test.until(made.id, { sent: 1 });
    const [asked] = backend.asked;
    expect(asked?.body).toBe('{"text":"t is 1"}');
    expect(asked?.headers).toMatchObject({
      authorization: 'Bearer abc',
      'x-ruche-signature': signatureOf('{"text":"t is 1"}', secret, test.clock.nowMs()),
    });
    await test.forwarding.change(made.id, { headers: [{ name: 'Authorization' }], secret: null });
    await test.publish('t', '{"c":2}');
    await test.until(made.id, { sent: 2 });
    expect(backend.asked[1]?.headers).toMatchObject({ authorization: 'Bearer abc' });
    expect(backend.asked[1]?.headers).not.toHaveProperty('x-ruche-signature');
  });

  it('never shows a key in its address again, and keeps it when the address is sent back as it was shown', async () => {
    const made = await test.forwarding.create(webhook(`${backend.url}/hook?token=abc`, { topics: ['t'] }));
    expect(made.url).toBe(`${backend.url}/hook?token=•••`);
    const { id, url } = made;
    expect(await test.forwarding.change(id, { name: 'Other', url })).toMatchObject({ name: 'Other', url });
    await test.restart();
    expect(test.forwarding.get(id).url).toBe(url);
    await test.publish('t', '1');
    await test.until(id, { sent: 1 });
    expect(backend.asked[0]?.path).toBe('/hook?token=abc');
    await expect(test.forwarding.change(id, { url: `${backend.url}/x?token=•••` })).rejects.toThrow(
      expect.objectContaining({ code: 'DESTINATION_INVALID', message: expect.stringContaining('url: leave it') }),
    );
    expect(JSON.stringify(await test.store.destinations.get(id))).not.toContain('abc');
    expect((await test.forwarding.change(id, { url: backend.url })).url).toBe(backend.url);
  });

  it('can be tried, without touching what waits', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url));
    await expect(test.forwarding.test(id)).resolves.toMatchObject({ ok: true });
    expect(backend.bodies()).toMatchObject([{ type: 'test', device_id: 'ruche' }]);
    backend.answer = { status: 500, body: 'no' };
    await expect(test.forwarding.test(id)).resolves.toMatchObject({ ok: false, httpStatus: 500, body: 'no' });
    expect(test.statusOf(id)).toMatchObject({ queued: 0, sent: 0 });
  });

  it('on a port that no web request may go to says so', async () => {
    const { id } = await test.forwarding.create(webhook('http://127.0.0.1:6000/'));
    await expect(test.forwarding.test(id)).resolves.toMatchObject({ ok: false, reason: 'port-blocked' });
  });

  it('can be paused, and what waits can be discarded', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url));
    await test.forwarding.change(id, { paused: true });
    let news = 0;
    test.forwarding.onChanged(() => {
      news++;
    });
    for (let at = 0; at < 3; at++) await test.say(motion(`e-${at}`));
    expect(test.statusOf(id)).toMatchObject({ state: 'paused', queued: 3 });
    expect(news).toBe(3);
    expect(await test.forwarding.discard(id)).toBe(3);
    await test.forwarding.change(id, { paused: false });
    await test.say(motion('e-9'));
    await test.until(id, { queued: 0, sent: 1 });
    expect(ids()).toEqual(['e-9']);
  });

  it('that hangs is given up when the hub stops, and asked again with the same key', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url));
    backend.answer = 'hang';
    await test.say(motion('e-1'));
    await test.until(id, { state: 'sending', queued: 1 });
    backend.answer = { status: 200 };
    await test.restart();
    await test.until(id, { sent: 1, queued: 0 });
    expect(backend.asked.every(({ headers }) => headers['idempotency-key'] === KEY)).toBe(true);
  });

  it('takes with it what waited, when it is removed', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url, { paused: true }));
    await test.say(motion('e-1'));
    await test.forwarding.remove(id);
    expect(await test.store.outbox.list(id, -1, 10)).toEqual([]);
    expect(() => test.forwarding.get(id)).toThrow(expect.objectContaining({ code: 'DESTINATION_UNKNOWN' }));
  });
});

describe('a destination that cannot work', () => {
  it.each([
    [{ url: 'ftp://x/' }, 'url: must be an address that begins with http://, https://.'],
    [{ url: 'nonsense' }, 'url: must be an address that begins with http://, https://.'],
    [{ url: 'http://ada:secret@x/' }, 'url: names and passwords have fields of their own.'],
    [{ topics: ['a#'] }, 'topics: "a#" is not a topic filter.'],
    [{ template: '{{secret}}' }, 'template: "secret" is not known;'],
    [{ headers: [{ name: 'a b', value: '1' }] }, 'headers: "a b" is not a name of a header.'],
    [{ headers: [{ name: 'Host', value: 'x' }] }, 'headers: "Host" is set by the hub itself.'],
    [{ headers: [{ name: 'X', value: 'a\r\nY: b' }] }, 'headers: the value of "X" has characters'],
    [{ name: ' ' }, 'name: must not be empty.'],
  ])('is refused with the field: %j', async (parts, detail) => {
    await expect(test.forwarding.create(webhook('http://x/', parts))).rejects.toThrow(
      expect.objectContaining({ code: 'DESTINATION_INVALID', message: expect.stringContaining(detail) }),
    );
  });
});

describe('what is on its way to the store', () => {
  it('is sent when it was stored later than those after it, and forgotten when it never was', async () => {
    const { id } = await test.forwarding.create(webhook(backend.url));
    const early = { deviceId: 'raspberry-1', report: motion('early') };
    const writes = test.forwarding.writesFor(early, test.clock.nowMs());
    const never = { deviceId: 'raspberry-1', report: motion('never') };
    test.forwarding.writesFor(never, test.clock.nowMs());
    await test.say(motion('overtaking'));
    await test.until(id, { sent: 1, state: 'idle' });
    await test.store.commit(writes);
    test.forwarding.settle(early, true);
    await test.until(id, { sent: 2 });
    expect(ids()).toEqual(['overtaking', 'early']);
    test.forwarding.settle(never, false);
    expect(test.statusOf(id)).toMatchObject({ queued: 1 });
    test.clock.advance(60_000);
    await test.until(id, { queued: 0, state: 'idle' });
  });
});
