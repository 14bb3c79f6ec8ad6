import { describe, expect, it } from 'vitest';
import { convertEvent, DEFAULT_MAPPING, type ForwardedEvent } from './forwarding.ts';
import { addHop, hasBeenHere, mayGo } from './hops.ts';
import { backoffMs } from './retry.ts';
import { namesIn, render } from './template.ts';

const motion: ForwardedEvent = {
  deviceId: 'raspberry-1',
  type: 'MOTION_DETECTED',
  eventId: 'e-1',
  source: 'sensor-motion',
  dataJson: '{"presence":true,"gpio_pin":17}',
  timestamp: 1734567890.123,
  topic: 'sensor/motion',
};

describe('an event that is forwarded', () => {
  it('has the form seed 4 gives it', () => {
    expect(convertEvent(motion, DEFAULT_MAPPING)).toEqual({
      type: 'motion_detected',
      device_id: 'raspberry-1',
      details: {
        event_id: 'e-1',
        source: 'sensor-motion',
        data: { presence: true, gpio_pin: 17 },
        original_timestamp: 1734567890.123,
        mqtt_topic: 'sensor/motion',
      },
    });
  });

  it('is called as the mapping says, and in lower case where it says nothing', () => {
    const called = (type: string) => convertEvent({ ...motion, type }, DEFAULT_MAPPING).type;
    expect(called('PRESSURE_DETECTED')).toBe('button_pressed');
    expect(called('WATER_LEAK')).toBe('water_leak');
    expect(convertEvent(motion, [{ from: 'MOTION_DETECTED', to: 'Someone' }]).type).toBe('Someone');
    expect(convertEvent({ ...motion, dataJson: '', source: undefined }, []).details).toMatchObject({
      data: {},
      source: null,
    });
  });
});

describe('a template', () => {
  const values = new Map<string, unknown>([
    ['type', 'say "hi"\n'],
    ['json', { temperature: 21.5, place: { room: 'attic' } }],
    ['topic', null],
  ]);

  it('puts values into texts without letting them out of the quotes', () => {
    const body = render('{"text":"{{type}} in {{ json.place.room }}: {{json.temperature}} {{topic}}"}', values);
    expect(JSON.parse(body)).toEqual({ text: 'say "hi"\n in attic: 21.5 ' });
  });

  it('puts values in as JSON, and null for what is missing', () => {
    expect(render('{"a":{{{json}}},"b":{{{json.nothing.there}}},"c":{{{constructor}}}}', values)).toBe(
      '{"a":{"temperature":21.5,"place":{"room":"attic"}},"b":null,"c":null}',
    );
    expect(render('{{{json.constructor}}} {{{json.__proto__}}}', values)).toBe('null null');
  });

  it('tells which names it asks for', () => {
    expect(namesIn('{{type}} {{{json.a.b}}} {{ type }} {single}')).toEqual(['type', 'json']);
  });
});

describe('waiting before the next attempt', () => {
  const limits = { firstMs: 1000, maxMs: 60_000 };
  it('takes twice as long each time, up to a limit, and is spread', () => {
    expect([1, 2, 3, 4, 20, 10_000].map((failures) => backoffMs(failures, 1, limits))).toEqual([
      1000, 2000, 4000, 8000, 60_000, 60_000,
    ]);
    expect(backoffMs(3, 0, limits)).toBe(2000);
    expect(backoffMs(3, 0.5, limits)).toBe(3000);
  });
});

describe('the way of a message', () => {
  const here = { hub: 'aaa', destination: 'd1' };
  it('is written on it, so that it neither goes back nor round', () => {
    const came = addHop({ userProperties: [['a', 'b']] }, here);
    expect(came.userProperties).toEqual([
      ['a', 'b'],
      ['ruche-path', 'aaa:d1'],
    ]);
    expect(mayGo(came, here)).toBe(false);
    expect(mayGo(came, { ...here, destination: 'd2' })).toBe(true);
    expect(mayGo(undefined, here)).toBe(true);
    expect(hasBeenHere(came, 'aaa')).toBe(true);
    expect(hasBeenHere(came, 'bbb')).toBe(false);
  });

  it('ends after sixteen hops, whatever they were', () => {
    let properties = {};
    for (let hop = 0; hop < 16; hop++) properties = addHop(properties, { hub: `hub${hop}`, destination: 'd' });
    expect(mayGo(properties, here)).toBe(false);
  });
});
