/** The rules of alerts and what the hub suggests, shared by everything on the page that speaks of them. */
import { computed } from '@preact/signals';
import type { AlertRule, AlertRuleBody } from '../../../../hub/contract/alert.ts';
import { call } from '../../api.ts';
import { useList } from '../../state/lists.ts';
import { makeResource } from '../../state/loading.ts';

export interface Rules {
  /** In the order in which they were made. */
  rules: readonly AlertRule[];
  suggestions: readonly AlertRuleBody[];
}

export const ruleResource = makeResource<Rules>(async (signal) => {
  const [rules, suggestions] = await Promise.all([
    call('GET /api/v1/alert-rules', { query: {}, signal }),
    call('GET /api/v1/alert-rules/suggestions', { signal }),
  ]);
  return { rules: rules.items, suggestions: suggestions.items };
});

const NONE: readonly AlertRule[] = [];

/** Empty until they are known. */
export const knownRules = computed(() => {
  const state = ruleResource.state.value;
  return state.kind === 'ready' ? state.value.rules : NONE;
});

const askForRules = (): void => void ruleResource.reload();

/** Asks for them when the component is shown, and when somebody has changed one. */
export const useRules = (): void => useList('alert-rules', askForRules);
