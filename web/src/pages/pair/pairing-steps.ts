/** Where a pairing stands, as the three steps people watch. Pure. */
import { PAIRING_TIMEOUT_MS } from '../../../../hub/contract/limits.ts';
import type { Pairing } from '../../../../hub/contract/pairing.ts';

export type StepName = 'requested' | 'answered' | 'paired';
export interface Step {
  name: StepName;
  state: 'done' | 'active' | 'ahead';
  /** Since the request: how long it took, or how long it has been taking; null for a step that is ahead. */
  elapsedMs: number | null;
}

export interface PairingProgress {
  steps: Step[];
  /** No answer in time: the causes are explained, and the hub keeps listening. */
  isSlow: boolean;
  isDone: boolean;
}

/** `nowMs` by the hub's clock. Before the hub has said anything the request is on its way. */
export function pairingProgress(pairing: Pairing | null, nowMs: number): PairingProgress {
  const requestedMs = pairing?.requestedAtMs ?? null;
  const since = (ms: number | null): number | null =>
    ms === null || requestedMs === null ? null : Math.max(0, ms - requestedMs);
  if (pairing === null || requestedMs === null) {
    return { steps: [step('requested', 'active', 0), step('answered'), step('paired')], isSlow: false, isDone: false };
  }
  const waitedMs = since(nowMs) ?? 0;
  if (pairing.state === 'paired') {
    const answered = since(pairing.answeredAtMs);
    return {
      steps: [
        step('requested', 'done', since(pairing.publishedAtMs) ?? 0),
        step('answered', 'done', answered),
        step('paired', 'done', answered),
      ],
      isSlow: false,
      isDone: true,
    };
  }
  const isPublished = pairing.publishedAtMs !== null;
  return {
    steps: [
      step('requested', isPublished ? 'done' : 'active', isPublished ? since(pairing.publishedAtMs) : waitedMs),
      isPublished ? step('answered', 'active', waitedMs) : step('answered'),
      step('paired'),
    ],
    isSlow: pairing.state === 'timed_out' || waitedMs >= PAIRING_TIMEOUT_MS,
    isDone: false,
  };
}

function step(name: StepName, state: Step['state'] = 'ahead', elapsedMs: number | null = null): Step {
  return { name, state, elapsedMs };
}
