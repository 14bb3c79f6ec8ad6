/** The heading and the foot that every step of the setup has. */
import { t } from '../../i18n/language.ts';
import { Button, LinkButton } from '../../parts/button.tsx';

export function StepHead({ title, lead }: { title: string; lead: string }) {
  return (
    <div class="step-head">
      <h2>{title}</h2>
      <p>{lead}</p>
    </div>
  );
}

export function StepFoot({ onNext, back }: { onNext: () => void; back?: string | undefined }) {
  return (
    <div class="step-foot">
      {back !== undefined && (
        <LinkButton kind="ghost" icon="arrow-left" href={back}>
          {t('common.back')}
        </LinkButton>
      )}
      <span class="grow" />
      <Button kind="primary" onClick={onNext}>
        {t('common.next')}
      </Button>
    </div>
  );
}
