/** The answer of the tester: yes or no in one sentence, what decided, and what would change it. */
import type { AccessAnswer, AccessQuestion } from '../../../../hub/contract/account.ts';
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';
import { Icon } from '../../parts/icon.tsx';
import { AllowButton } from './allow-button.tsx';
import { cureOf } from './cure.ts';
import { reasonOf } from './reasons.ts';

export function TesterAnswer({
  question,
  who,
  answer,
  onAllowed,
}: {
  question: AccessQuestion;
  who: string;
  answer: AccessAnswer;
  onAllowed: () => void;
}) {
  const { action, topic } = question;
  const { allowed, rule, account, allow } = answer;
  const reason = reasonOf(rule);
  const said = { who, topic };
  return (
    <Card class={`answer ${allowed ? 'yes' : 'no'}`}>
      <p class="verdict">
        <Icon name={allowed ? 'circle-check' : 'ban'} />
        <b>{t(allowed ? 'tester.yes' : 'tester.no')}</b>
      </p>
      <p>{allowed ? t(`tester.yes-${action}`, said) : t(`tester.no-${action}`, said)}</p>
      <dl class="about">
        <div>
          <dt>{t('tester.decidedBy')}</dt>
          <dd>{reason === undefined ? <code>{rule}</code> : t(reason)}</dd>
        </div>
        {!allowed && (
          <div>
            <dt>{t('tester.cure')}</dt>
            <dd>{cureOf({ code: answer.code, rule, account, allow, hint: answer.hint })}</dd>
          </div>
        )}
        {allowed && action === 'subscribe' && <dd>{t('tester.subscribeHint')}</dd>}
      </dl>
      {account !== undefined && allow !== undefined && (
        <div class="card-foot">
          <AllowButton account={account} rule={allow} onDone={onAllowed} />
        </div>
      )}
    </Card>
  );
}
