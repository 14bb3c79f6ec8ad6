/** "Allow this": adds the rule that was missing to the account it was missing in. */
import { useSignal } from '@preact/signals';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button } from '../../parts/button.tsx';
import { toast } from '../../parts/toast.tsx';
import { may } from '../../session.ts';

export function AllowButton({ account, rule, onDone }: { account: string; rule: string; onDone?: () => void }) {
  const state = useSignal<'idle' | 'busy' | 'done'>('idle');
  if (!may('accounts.manage')) return null;
  const allow = async () => {
    state.value = 'busy';
    const isDone = await attempt(async () => {
      await call('PATCH /api/v1/accounts/:name', { params: { name: account }, body: { addRules: [rule] } });
      toast({ kind: 'ok', text: t('allow.done', { account, rule }) });
    });
    state.value = isDone ? 'done' : 'idle';
    if (isDone) onDone?.();
  };
  const isDone = state.value === 'done';
  return (
    <Button
      size="sm"
      icon="check"
      busy={state.value === 'busy'}
      disabled={isDone}
      more={{ title: rule }}
      onClick={() => void allow()}
    >
      {t(isDone ? 'allow.isDone' : 'allow.this')}
    </Button>
  );
}
