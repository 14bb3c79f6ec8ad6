/** Step 4: three ways on. */
import type { Key } from '../../i18n/catalog.ts';
import { t } from '../../i18n/language.ts';
import { Icon, type IconName } from '../../parts/icon.tsx';
import { StepHead } from './step-head.tsx';

export function DoneStep() {
  return (
    <>
      <StepHead title={t('setup.doneTitle')} lead={t('setup.doneLead')} />
      <div class="choices">
        <Choice href="/" icon="layout-dashboard" name="setup.goOverview" text="setup.goOverviewText" />
        <Choice href="/pair" icon="link" name="setup.goPair" text="setup.goPairText" />
        <Choice href="/access/people" icon="user-plus" name="setup.goInvite" text="setup.goInviteText" />
      </div>
    </>
  );
}

type ChoiceKey = Key & `setup.go${string}`;

function Choice({ href, icon, name, text }: { href: string; icon: IconName; name: ChoiceKey; text: ChoiceKey }) {
  return (
    <a class="choice" href={href}>
      <span class="ic">
        <Icon name={icon} />
      </span>
      {t(name)}
      <small>{t(text)}</small>
    </a>
  );
}
