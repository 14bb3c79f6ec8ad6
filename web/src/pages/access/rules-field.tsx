/** The rules of an account as text, one line each, with what is wrong said while typing. */
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../../i18n/language.ts';
import { Icon } from '../../parts/icon.tsx';
import { countRules, type LineProblem, linesOf, problemsIn } from './rule-lines.ts';

/** Further problems come to light when these are solved. */
const PROBLEMS_SHOWN = 3;
const ROWS_MIN = 5;
const ROWS_MAX = 14;

export function RulesField({ value, onInput }: { value: string; onInput: (value: string) => void }) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const problems = problemsIn(value);
  const [first] = problems;
  // The browser then does not send the form, and says why.
  useEffect(() => area.current?.setCustomValidity(first === undefined ? '' : sentenceFor(first)));
  const rows = Math.min(ROWS_MAX, Math.max(ROWS_MIN, linesOf(value).length + 1));
  return (
    <div class="fieldset">
      <label for={id}>{t('rules.label')}</label>
      <textarea
        ref={area}
        id={id}
        class={`rules ${problems.length > 0 ? 'wrong' : ''}`}
        value={value}
        rows={rows}
        spellcheck={false}
        autocapitalize="none"
        wrap="off"
        placeholder={'topic readwrite home/#\npattern read devices/%c/cmd\ntopic deny home/safe/#'}
        aria-invalid={problems.length > 0}
        aria-describedby={`${id}-note`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <div id={`${id}-note`} aria-live="polite">
        {problems.slice(0, PROBLEMS_SHOWN).map((problem) => (
          <p key={problem.line} class="note bad">
            <Icon name="circle-alert" />
            {sentenceFor(problem)}
          </p>
        ))}
        {problems.length === 0 && <p class="note">{t('rules.count', { count: countRules(value) })}</p>}
      </div>
      <details class="rules-help">
        <summary>{t('rules.help')}</summary>
        <ul>
          <li>{t('rules.helpForm')}</li>
          <li>{t('rules.helpDeny')}</li>
          <li>{t('rules.helpPattern')}</li>
          <li>{t('rules.helpDollar')}</li>
        </ul>
      </details>
    </div>
  );
}

function sentenceFor({ line, key, word }: LineProblem): string {
  return `${t('rules.line', { line })} ${t(key, { word })}`;
}
