import { expect, it } from 'vitest';
import { sessionSinceMs } from './session-since.ts';

const lastDisconnect = { reason: 'lost', atMs: 900 } as const;

it('a closed session is closed since the last disconnect, whatever the status of the device', () => {
  const gone = { connected: false, sinceMs: 100 };
  expect(sessionSinceMs(gone, { connectedMs: null, lastDisconnect })).toBe(900);
  expect(sessionSinceMs(gone, { connectedMs: null, lastDisconnect: null })).toBe(100);
  expect(sessionSinceMs(gone, undefined)).toBe(100);
});

it('an open session is open since it was opened', () => {
  const there = { connected: true, sinceMs: 100 };
  expect(sessionSinceMs(there, { connectedMs: 950, lastDisconnect })).toBe(950);
  expect(sessionSinceMs(there, { connectedMs: null, lastDisconnect })).toBe(100);
});
