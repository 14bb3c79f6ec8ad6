import { describe, expect, it } from 'vitest';
import { shownAddress } from './shown-address.ts';

describe('an address as it may be shown', () => {
  it.each([
    ['https://example.org/api/events', 'https://example.org/api/events'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['https://ada:se@cret@example.org/x', 'https://•••@example.org/x'],
    ['https://example.org/x?token=abc&page=', 'https://example.org/x?token=•••&page='],
    ['https://example.org/x?abc&a=b=c#key', 'https://example.org/x?•••&a=•••#•••'],
    ['https://example.org/x?u=http://a@b/', 'https://example.org/x?u=•••'],
    ['https://hooks.example.org/services/T01/b2f0c9e17a4d8836', 'https://hooks.example.org/services/T01/•••'],
    ['https://long-name-of-2-hosts.example.org/a', 'https://long-name-of-2-hosts.example.org/a'],
    ['https://example.org/measurements-of-devices', 'https://example.org/measurements-of-devices'],
    ['wss://broker.example.org/mqtt?key=1', 'wss://broker.example.org/mqtt?key=•••'],
    ['/login?next=abc', '/login?next=•••'],
    ['', ''],
  ])('%s is %s', (address, shown) => {
    expect(shownAddress(address)).toBe(shown);
    expect(shownAddress(shown)).toBe(shown);
  });
});
