/** "Would it pass?": who, what, where, and the hub's answer with the rule that decides. */
import { useSignal } from '@preact/signals';
import type { AccessAnswer, AccessQuestion } from '../../../../hub/contract/account.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';
import { Seg } from '../../parts/choice.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { place, setQuery } from '../../router.ts';
import { TesterAnswer } from './tester-answer.tsx';

type Action = AccessQuestion['action'];
const ACTIONS: readonly Action[] = ['publish', 'subscribe', 'read'];
const KINDS = ['account', 'device', 'username', 'stranger'] as const;
type Kind = (typeof KINDS)[number];

/** What the address says, so that a refusal can lead here and an answer can be sent to somebody. */
function startOf(query: URLSearchParams): { kind: Kind; name: string; action: Action } {
  const kind = KINDS.find((one) => query.has(one)) ?? 'account';
  return { kind, name: query.get(kind) ?? '', action: ACTIONS.find((one) => one === query.get('action')) ?? 'publish' };
}

export function TesterTab() {
  const { query } = place.peek();
  const start = startOf(query);
  const kind = useSignal<Kind>(start.kind);
  const name = useSignal(start.name);
  const clientId = useSignal(query.get('client') ?? '');
  const action = useSignal<Action>(start.action);
  const topic = useSignal(query.get('topic') ?? '');
  const answered = useSignal<{ question: AccessQuestion; who: string; answer: AccessAnswer } | null>(null);

  const ask = async () => {
    const who = kind.value === 'stranger' ? {} : { [kind.value]: name.value.trim() };
    const client = clientId.value === '' ? {} : { clientId: clientId.value };
    const question: AccessQuestion = { action: action.value, topic: topic.value, ...who, ...client };
    answered.value = null;
    const answer = await call('POST /api/v1/access/test', { body: question });
    answered.value = { question, who: kind.value === 'stranger' ? t('tester.stranger') : name.value.trim(), answer };
    const asked = Object.fromEntries(
      KINDS.map((one) => [one, one === kind.value ? name.value.trim() || '1' : undefined]),
    );
    setQuery({ ...asked, action: action.value, topic: topic.value, client: clientId.value });
  };

  return (
    <div class="cols">
      <Card title={t('tester.title')} icon="shield-check">
        <p class="sub spaced">{t('tester.lead')}</p>
        <Form submitLabel={t('tester.ask')} submitIcon="search" onSubmit={ask}>
          <Seg<Kind>
            class="scroll"
            label={t('tester.who')}
            value={kind.value}
            options={KINDS.map((value) => ({ value, label: t(`tester.kind-${value}`) }))}
            onChange={(chosen) => {
              kind.value = chosen;
            }}
          />
          {kind.value !== 'stranger' && (
            <Text label={t('tester.name')} text={name} input={{ name: 'who', required: true, maxLength: 256 }} />
          )}
          <Text
            label={t('tester.client')}
            hint={t(kind.value === 'stranger' ? 'tester.clientStranger' : 'tester.clientHint')}
            text={clientId}
            input={{ name: 'client', maxLength: 256 }}
          />
          <Seg<Action>
            label={t('tester.action')}
            value={action.value}
            options={ACTIONS.map((value) => ({ value, label: t(`tester.action-${value}`) }))}
            onChange={(chosen) => {
              action.value = chosen;
            }}
          />
          <Text
            label={t(action.value === 'subscribe' ? 'tester.filter' : 'tester.topic')}
            text={topic}
            input={{ name: 'topic', required: true, maxLength: 1024, class: 'mono' }}
          />
        </Form>
      </Card>
      <div class="stack" aria-live="polite">
        {answered.value !== null && <TesterAnswer {...answered.value} onAllowed={() => void ask()} />}
      </div>
    </div>
  );
}

function Text({
  label,
  hint,
  text,
  input,
}: {
  label: string;
  hint?: string;
  text: { value: string };
  input: Parameters<typeof Field>[0]['input'];
}) {
  return (
    <Field
      label={label}
      hint={hint}
      value={text.value}
      onInput={(value) => {
        text.value = value;
      }}
      input={{ autocomplete: 'off', autocapitalize: 'none', spellcheck: false, ...input }}
    />
  );
}
