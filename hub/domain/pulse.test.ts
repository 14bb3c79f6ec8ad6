import { describe, expect, it } from 'vitest';
import { PULSE_BUCKET_MS } from '../contract/limits.ts';
import { type PulseFacts, pulseBucket, pulseOf, pulseStartMs } from './pulse.ts';

const NOW = Date.UTC(2026, 10, 20, 12) + 30_000;
const BUCKET = PULSE_BUCKET_MS;
/** Start of the bucket that lies `back` buckets behind the present one. */
const bucket = (back: number) => pulseBucket(NOW) - back * BUCKET;

const facts = (parts: Partial<PulseFacts> = {}): PulseFacts => ({
  firstSeenMs: NOW - 86_400_000,
  heard: new Set(),
  history: [],
  intervalMs: undefined,
  sleepMs: 0,
  hub: { startedMs: NOW - 86_400_000, heardUntilMs: undefined },
  ...parts,
});
const tail = (pulse: string, length: number) => pulse.slice(-length);

describe('a pulse', () => {
  it('has sixty marks and ends with the present two minutes', () => {
    const pulse = pulseOf(facts({ heard: new Set([bucket(0)]) }), NOW);
    expect(pulse).toHaveLength(60);
    expect(pulse.at(-1)).toBe('o');
    expect(pulseStartMs(NOW)).toBe(bucket(59));
  });

  it('shows where the device was heard and what its status was elsewhere', () => {
    const history = [
      { fromMs: bucket(6), status: 'online' },
      { fromMs: bucket(4), status: 'late' },
      { fromMs: bucket(3), status: 'offline' },
      { fromMs: bucket(1), status: 'asleep' },
    ] as const;
    expect(tail(pulseOf(facts({ history, heard: new Set([bucket(2)]) }), NOW), 8)).toBe('noowbozz');
  });

  it('draws the kindest status of two minutes that saw several', () => {
    const history = [
      { fromMs: bucket(2), status: 'offline' },
      { fromMs: bucket(1) + 1000, status: 'late' },
      { fromMs: bucket(1) + 2000, status: 'offline' },
    ] as const;
    expect(tail(pulseOf(facts({ history }), NOW), 3)).toBe('bwb');
  });

  it('knows nothing about the time before the device was first heard', () => {
    const history = [{ fromMs: bucket(2) + 5000, status: 'never' }] as const;
    const pulse = pulseOf(facts({ firstSeenMs: bucket(2) + 5000, history, heard: new Set([bucket(0)]) }), NOW);
    expect(pulse).toBe(`${'n'.repeat(59)}o`);
  });

  it('does not blame the device for the time the hub was down', () => {
    const hub = { heardUntilMs: bucket(10) + 90_000, startedMs: bucket(4) + 10_000 };
    const heard = new Set([bucket(12), bucket(11), bucket(10), bucket(3), bucket(2), bucket(1), bucket(0)]);
    const history = [
      { fromMs: hub.startedMs, status: 'late' },
      { fromMs: bucket(3) + 1000, status: 'online' },
    ] as const;
    expect(tail(pulseOf(facts({ hub, heard, history }), NOW), 14)).toBe('booonnnnnwoooo');
  });

  it('judges the gaps before a restart by the interval', () => {
    const hub = { heardUntilMs: bucket(1), startedMs: bucket(0) };
    const heard = new Set([bucket(20), bucket(15)]);
    const pulse = pulseOf(facts({ hub, heard, intervalMs: 5 * BUCKET }), NOW);
    expect(pulse.slice(59 - 20, 59)).toBe(`ooooooooooooo${'w'.repeat(7)}`);
  });

  it('does not blame a device that slept before a restart', () => {
    const hub = { heardUntilMs: bucket(1), startedMs: bucket(0) };
    const pulse = pulseOf(
      facts({ hub, heard: new Set([bucket(8)]), intervalMs: 5 * BUCKET, sleepMs: 5 * BUCKET }),
      NOW,
    );
    expect(pulse.slice(59 - 9, 59)).toBe('bozzzzzzz');
  });

  it('does not blame a device that was never heard before a restart', () => {
    const hub = { heardUntilMs: bucket(1), startedMs: bucket(0) };
    expect(pulseOf(facts({ hub, firstSeenMs: null }), NOW)).toBe('n'.repeat(60));
  });
});
