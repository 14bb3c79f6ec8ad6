/** One account in memory: its row, its rules as they are read, and what each of its clients may do by them. */
import { NO_RULES, parseRules, type Rule, type Ruleset, rulesetFor } from '../../domain/acl-rules.ts';
import type { AccountPrincipal } from '../../domain/principal.ts';
import type { AccountRow } from '../../store/store.ts';

export class Account {
  #row: AccountRow;
  #rules: readonly Rule[];
  #isEnded = false;

  /** Throws RULE_INVALID. */
  constructor(row: AccountRow) {
    this.#row = row;
    this.#rules = parseRules(row.rules);
  }

  get row(): Readonly<AccountRow> {
    return this.#row;
  }

  /** What its clients may do, from now on. */
  get rules(): readonly Rule[] {
    return this.#rules;
  }

  /** Throws RULE_INVALID, and then nothing has changed. */
  replace(row: AccountRow): void {
    this.#rules = parseRules(row.rules);
    this.#row = row;
  }

  /** Deleted, or its password is another one: who came in with this may do nothing any more, even if still there. */
  end(): void {
    this.#isEnded = true;
    this.#rules = [];
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** For one client: %c is its id. Rules are filled in once, and again when they have changed. */
  principalFor(clientId: string): AccountPrincipal {
    const { name } = this.#row;
    let filledFrom: readonly Rule[] | undefined;
    let filled: Ruleset = NO_RULES;
    const rulesNow = (): Ruleset => {
      if (filledFrom === this.#rules) return filled;
      filledFrom = this.#rules;
      filled = rulesetFor(this.#rules, { clientId, username: name });
      return filled;
    };
    return {
      kind: 'account',
      name,
      get rules() {
        return rulesNow();
      },
    };
  }
}
