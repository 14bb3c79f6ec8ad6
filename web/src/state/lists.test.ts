import { expect, it } from 'vitest';
import { show, takeLists } from './lists.ts';

it('a list is asked for when it is shown, when it has changed, and when news may have been missed; once for all who show it', () => {
  const asked = { rules: 0, widgets: 0 };
  const askForRules = () => {
    asked.rules += 1;
  };
  const hideFirst = show('alert-rules', askForRules);
  const hideSecond = show('alert-rules', askForRules);
  const hideWidgets = show('widgets', () => {
    asked.widgets += 1;
  });
  expect(asked).toEqual({ rules: 2, widgets: 1 });
  takeLists({ snapshot: false, changed: ['alert-rules'] });
  expect(asked).toEqual({ rules: 3, widgets: 1 });
  hideFirst();
  takeLists({ snapshot: true, changed: [] });
  expect(asked).toEqual({ rules: 4, widgets: 2 });
  hideSecond();
  hideWidgets();
  takeLists({ snapshot: true, changed: [] });
  takeLists({ snapshot: false, changed: ['alert-rules', 'widgets'] });
  expect(asked).toEqual({ rules: 4, widgets: 2 });
});
