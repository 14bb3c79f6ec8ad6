/** How fast one client may make up topics: beyond it they are not remembered, else it would push out everybody else's. */
import type { RefusalFacts } from '../../domain/refusal-facts.ts';
import type { ExplorerLimits } from './limits.ts';
import type { Publisher } from './topic-node.ts';

const SECOND_MS = 1000;
/** That topics of a client are not remembered is told once in this time. */
const TOLD_MS = 10_000;

interface Allowance {
  topics: number;
  atMs: number;
  /** Since it was told last. */
  ignored: number;
  toldMs: number;
}

export interface NewcomersDeps {
  readonly limits: Pick<ExplorerLimits, 'newTopicsPerSMax' | 'newTopicsBurstMax' | 'inventorsMax'>;
  nowMs(): number;
  tell(facts: RefusalFacts): void;
}

export class Newcomers {
  readonly #deps: NewcomersDeps;
  /** By client, or by the address of those who can call themselves anything; whoever was heard longest ago goes. */
  readonly #allowances = new Map<string, Allowance>();

  constructor(deps: NewcomersDeps) {
    this.#deps = deps;
  }

  /** Whether one more topic is remembered; the hub's own always are. */
  mayAdd(by: Publisher | undefined): boolean {
    if (by === undefined) return true;
    const allowance = this.#refilled(by);
    if (allowance.topics >= 1) {
      allowance.topics--;
      return true;
    }
    allowance.ignored++;
    this.#tell(by, allowance);
    return false;
  }

  #refilled(by: Publisher): Allowance {
    const { newTopicsPerSMax, newTopicsBurstMax, inventorsMax } = this.#deps.limits;
    const nowMs = this.#deps.nowMs();
    const key = keyOf(by);
    const known = this.#allowances.get(key);
    const allowance = known ?? { topics: newTopicsBurstMax, atMs: nowMs, ignored: 0, toldMs: Number.NEGATIVE_INFINITY };
    const seconds = Math.max(0, nowMs - allowance.atMs) / SECOND_MS;
    allowance.topics = Math.min(newTopicsBurstMax, allowance.topics + seconds * newTopicsPerSMax);
    allowance.atMs = nowMs;
    this.#allowances.delete(key);
    this.#allowances.set(key, allowance);
    const [oldest] = this.#allowances.keys();
    if (this.#allowances.size > inventorsMax && oldest !== undefined) this.#allowances.delete(oldest);
    return allowance;
  }

  #tell(by: Publisher, allowance: Allowance): void {
    const { atMs } = allowance;
    if (Math.abs(atMs - allowance.toldMs) < TOLD_MS) return;
    const { newTopicsPerSMax } = this.#deps.limits;
    const detail = `Not remembered: ${allowance.ignored} new topics, after more than ${newTopicsPerSMax} a second.`;
    allowance.toldMs = atMs;
    allowance.ignored = 0;
    const { principal, clientId, address } = by;
    this.#deps.tell({
      ...{ code: 'TOPICS_TOO_MANY', action: 'publish', clientId, address, detail, atMs },
      username: principal.kind === 'person' ? principal.username : undefined,
      account: principal.kind === 'account' ? principal.name : undefined,
      deviceId: principal.kind === 'device' ? principal.deviceId : undefined,
    });
  }
}

const keyOf = ({ principal, clientId, address }: Publisher): string =>
  principal.kind === 'open' || principal.kind === 'waiting' ? `address ${address}` : `client ${clientId}`;
