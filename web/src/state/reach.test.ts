import { describe, expect, it } from 'vitest';
import { hostsOf, isLoopback, originFor } from './reach.ts';

const HUB = { hostname: 'maison', addresses: ['192.168.1.20', '10.0.0.4', '127.0.0.1'] };

describe('hostsOf', () => {
  it('offers first the address the browser came by', () => {
    expect(hostsOf(HUB, '10.0.0.4')).toEqual(['10.0.0.4', '192.168.1.20', 'maison.local']);
  });

  it('never offers an address that only this machine knows', () => {
    for (const own of ['localhost', '127.0.0.1', '[::1]']) {
      expect(hostsOf(HUB, own)).toEqual(['192.168.1.20', '10.0.0.4', 'maison.local']);
    }
  });

  it('offers what there is on a machine without a network', () => {
    expect(hostsOf({ hostname: 'localhost', addresses: ['127.0.0.1'] }, 'localhost')).toEqual(['localhost']);
  });
});

describe('isLoopback', () => {
  it('is not fooled by names that only begin alike', () => {
    expect([isLoopback('localhost.example.org'), isLoopback('127.0.0.1.nip.io')]).toEqual([false, false]);
  });
});

describe('originFor', () => {
  it('keeps scheme and port and brackets IPv6', () => {
    expect(originFor('fd00::1', { protocol: 'https:', port: '8443' })).toBe('https://[fd00::1]:8443');
    expect(originFor('maison.local', { protocol: 'http:', port: '' })).toBe('http://maison.local');
  });
});
