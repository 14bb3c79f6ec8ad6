/** Pairing steps. */
import { describe, expect, it } from 'vitest';
import type { Pairing } from '../../../../hub/contract/pairing.ts';
import { pairingProgress } from './pairing-steps.ts';

const asked: Pairing = {
  deviceId: 'AABBCCDDEEFF',
  state: 'requested',
  username: 'lea',
  previousUsername: null,
  requestedAtMs: 1000,
  publishedAtMs: null,
  answeredAtMs: null,
};
const states = (pairing: Pairing | null, nowMs: number) =>
  pairingProgress(pairing, nowMs).steps.map((step) => `${step.name} ${step.state} ${step.elapsedMs ?? '-'}`);

describe('pairingProgress', () => {
  it('starts with the request on its way', () => {
    expect(states(null, 5000)).toEqual(['requested active 0', 'answered ahead -', 'paired ahead -']);
  });

  it('keeps counting while the device is not connected', () => {
    expect(states(asked, 3500)).toEqual(['requested active 2500', 'answered ahead -', 'paired ahead -']);
  });

  it('waits for the answer once the request has left', () => {
    expect(states({ ...asked, publishedAtMs: 1004 }, 3000)).toEqual([
      'requested done 4',
      'answered active 2000',
      'paired ahead -',
    ]);
  });

  it('is slow after fifteen seconds and goes on listening', () => {
    expect(pairingProgress({ ...asked, publishedAtMs: 1004 }, 15_999).isSlow).toBe(false);
    expect(pairingProgress({ ...asked, publishedAtMs: 1004 }, 16_000)).toMatchObject({ isSlow: true, isDone: false });
    expect(pairingProgress({ ...asked, state: 'timed_out' }, 2000).isSlow).toBe(true);
  });

  it('is done when the device has answered, however late', () => {
    const paired: Pairing = { ...asked, state: 'paired', publishedAtMs: 1004, answeredAtMs: 31_000 };
    expect(pairingProgress(paired, 90_000)).toMatchObject({ isSlow: false, isDone: true });
    expect(states(paired, 90_000)).toEqual(['requested done 4', 'answered done 30000', 'paired done 30000']);
  });
});
