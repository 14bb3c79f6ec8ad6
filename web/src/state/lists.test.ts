import { expect, it } from 'vitest';
import { onListNews, takeLists } from './lists.ts';

it('a list is asked for when it has changed, and when news may have been missed; once for all who show it', () => {
  const asked = { rules: 0, widgets: 0 };
  const askForRules = () => {
    asked.rules += 1;
  };
  const hideFirst = onListNews('alert-rules', askForRules);
  const hideSecond = onListNews('alert-rules', askForRules);
  const hideWidgets = onListNews('widgets', () => {
    asked.widgets += 1;
  });
  takeLists({ snapshot: false, changed: ['alert-rules'] });
  expect(asked).toEqual({ rules: 1, widgets: 0 });
  hideFirst();
  takeLists({ snapshot: true, changed: [] });
  expect(asked).toEqual({ rules: 2, widgets: 1 });
  hideSecond();
  hideWidgets();
  takeLists({ snapshot: true, changed: [] });
  takeLists({ snapshot: false, changed: ['alert-rules', 'widgets'] });
  expect(asked).toEqual({ rules: 2, widgets: 1 });
});
