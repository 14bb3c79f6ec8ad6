import { describe, expect, it } from 'vitest';
import { href, matchPath } from './router.ts';

describe('matchPath', () => {
  it('fills the params of a pattern, decoded', () => {
    expect(matchPath('/devices/:id/:tab?', '/devices/AA%3ABB/live')).toEqual({ id: 'AA:BB', tab: 'live' });
  });

  it('leaves an optional param out', () => {
    expect(matchPath('/devices/:id/:tab?', '/devices/serre')).toEqual({ id: 'serre' });
  });

  it('does not match other words, too few or too many segments', () => {
    expect(matchPath('/devices/:id', '/scores/1')).toBeUndefined();
    expect(matchPath('/devices/:id', '/devices')).toBeUndefined();
    expect(matchPath('/devices/:id', '/devices/a/b')).toBeUndefined();
    expect(matchPath('/devices', '/')).toBeUndefined();
  });

  it('takes a trailing slash and a stray percent sign as they come', () => {
    expect(matchPath('/devices', '/devices/')).toEqual({});
    expect(matchPath('/devices/:id', '/devices/50%')).toEqual({ id: '50%' });
  });
});

describe('href', () => {
  it('encodes params and leaves empty query fields out', () => {
    expect(href('/devices/:id/:tab?', { id: 'AA:BB/1' })).toBe('/devices/AA%3ABB%2F1');
    expect(href('/devices', {}, { q: 'é', status: '', page: undefined })).toBe('/devices?q=%C3%A9');
    expect(href('/')).toBe('/');
  });

  it('is understood again by matchPath', () => {
    const id = 'zigbee2mqtt/living room%';
    expect(matchPath('/devices/:id', href('/devices/:id', { id }))).toEqual({ id });
  });
});
