/** First run in four steps; the step is in the address, so that Back and reload keep working. */
import type { ComponentType } from 'preact';
import type { Key } from '../../i18n/catalog.ts';
import { t } from '../../i18n/language.ts';
import { Icon } from '../../parts/icon.tsx';
import { href, navigate, place } from '../../router.ts';
import { session } from '../../session.ts';
import { EntryFrame } from '../../shell/entry-frame.tsx';
import { ArriveStep } from './arrive-step.tsx';
import { ConnectStep } from './connect-step.tsx';
import { DoneStep } from './done-step.tsx';
import { OwnerStep } from './owner-step.tsx';

const STEPS = ['owner', 'connect', 'arrive', 'done'] as const;
export type Step = (typeof STEPS)[number];

const NAMES = {
  owner: 'setup.stepOwner',
  connect: 'setup.stepConnect',
  arrive: 'setup.stepArrive',
  done: 'setup.stepDone',
} as const satisfies Record<Step, Key>;

const PAGES: Record<Step, ComponentType<{ onNext: () => void }>> = {
  owner: OwnerStep,
  connect: ConnectStep,
  arrive: ArriveStep,
  done: DoneStep,
};

export function SetupPage() {
  const step = stepNow();
  const Page = PAGES[step];
  const next = STEPS[STEPS.indexOf(step) + 1];
  return (
    <EntryFrame title={t('setup.title')} width={step === 'connect' ? 'wide' : 'medium'}>
      <Rail current={step} />
      <section class="card" aria-label={t(NAMES[step])}>
        <Page onNext={() => navigate(next === undefined ? '/' : href('/setup', {}, { step: next }))} />
      </section>
    </EntryFrame>
  );
}

/** There is exactly one thing to do while nobody is signed in, and never again afterwards. */
function stepNow(): Step {
  if (session.value.kind !== 'signed-in') return 'owner';
  const wanted = place.value.query.get('step');
  return STEPS.find((step) => step === wanted && step !== 'owner') ?? 'connect';
}

function Rail({ current }: { current: Step }) {
  const at = STEPS.indexOf(current);
  return (
    <ol class="rail" aria-label={t('setup.steps')}>
      {STEPS.map((step, index) => (
        <li key={step} class={index < at ? 'past' : ''} aria-current={step === current ? 'step' : undefined}>
          <b class="num">{index < at ? <Icon name="check" /> : index + 1}</b>
          <span class={step === current ? '' : 'hide-s'}>{t(NAMES[step])}</span>
        </li>
      ))}
    </ol>
  );
}
