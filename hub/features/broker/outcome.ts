/** What a message is to the rest of the hub, and what the rest of the hub makes of it. */
import type { Principal } from '../../domain/principal.ts';
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { Report } from '../../domain/report.ts';
import type { Write } from '../../store/store.ts';
import type { Plan } from './dispatch.ts';
import type { Publisher } from './session.ts';

export interface Message {
  readonly principal: Principal;
  readonly clientId: string;
  readonly topic: string;
  readonly payload: Buffer;
  readonly receivedMs: number;
}

export interface Accepted {
  readonly deviceId: string;
  readonly report: Report;
}

export type Taken = {
  readonly kind: 'taken';
  readonly deviceId: string;
  readonly writes: Write[];
  readonly reports: Accepted[];
};
export type Outcome =
  /** Nothing the hub keeps: deliver only. */
  | { readonly kind: 'pass' }
  /** Commit, acknowledge, deliver, then `settled`. */
  | Taken
  /** Acknowledge; nothing stored or delivered. */
  | ({ readonly kind: 'refused'; readonly detail: string } & Pick<RefusalFacts, 'code' | 'deviceId' | Why>);
/** What else a refusal may say about what decided. */
type Why = 'rule' | 'hint' | 'allow';

export type Going = Extract<Outcome, { kind: 'pass' | 'taken' }>;

/** A message whose commit has ended. */
export interface Finishing {
  readonly plan: Plan;
  readonly decision: Going | undefined;
  readonly by: Publisher | undefined;
}
