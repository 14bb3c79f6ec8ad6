/** $live/scores: scores as they come, and the games being played. */
import type { LiveRound, LiveScores } from '../../contract/live.ts';
import type { Score } from '../../contract/score.ts';
import type { Source } from './channel.ts';

/** More scores than this within one period: watchers get the present state and ask the API for the scores. */
export const SCORES_A_MESSAGE_MAX = 200;

export class ScoresSource implements Source {
  readonly #rounds: () => LiveRound[];
  #added: Score[] = [];
  #removed: string[] = [];

  constructor(rounds: () => LiveRound[]) {
    this.#rounds = rounds;
  }

  added(score: Score): void {
    if (this.#added.length <= SCORES_A_MESSAGE_MAX) this.#added.push(score);
  }

  removed(id: string): void {
    if (this.#removed.length <= SCORES_A_MESSAGE_MAX) this.#removed.push(id);
  }

  snapshot(): () => string {
    const text = this.#encode({ snapshot: true, added: [], removed: [] });
    return () => text;
  }

  update(): () => string {
    const added = this.#added;
    const removed = this.#removed;
    this.reset();
    if (Math.max(added.length, removed.length) > SCORES_A_MESSAGE_MAX) return this.snapshot();
    const text = this.#encode({ snapshot: false, added, removed });
    return () => text;
  }

  reset(): void {
    this.#added = [];
    this.#removed = [];
  }

  #encode(news: Omit<LiveScores, 'rounds'>): string {
    const message: LiveScores = { ...news, rounds: this.#rounds() };
    return JSON.stringify(message);
  }
}
