/** Publishing by hand: a message, checked when it looks like JSON, once or again and again, kept for later. */
import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { SAVED_NAME_MAX, TOPIC_TEXT_MAX } from '../../../../hub/contract/limits.ts';
import type { SavedPublish } from '../../../../hub/contract/topic.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { attempt } from '../../parts/attempt.ts';
import { Button, IconButton } from '../../parts/button.tsx';
import { Checkbox, Select } from '../../parts/choice.tsx';
import { Sheet } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { parseJson } from '../../parts/payload.ts';
import { toast } from '../../parts/toast.tsx';
import { type Resource, useResource } from '../../state/loading.ts';

const QOS = ['0', '1', '2'] as const;
/** Seconds between two repetitions, and how often in all: a forgotten tab must not publish for ever. */
const REPEAT_S_MAX = 3600;
const REPEATS_MAX = 1000;
const PAGE_MAX = 200;

interface Draft {
  topic: string;
  payload: string;
  qos: (typeof QOS)[number];
  retain: boolean;
}

export function PublishSheet({ topic, onClose }: { topic: string; onClose: () => void }) {
  const draft = useSignal<Draft>({ topic, payload: '', qos: '0', retain: false });
  const everyS = useSignal('');
  const sent = useSignal(0);
  const isRepeating = useSignal(false);
  const saved = useResource('saved', async (signal) => {
    return (await call('GET /api/v1/saved-publishes', { query: { limit: PAGE_MAX }, signal })).items;
  });
  const change = (part: Partial<Draft>) => {
    draft.value = { ...draft.value, ...part };
  };
  const publish = async () => {
    const { subscribers } = await call('POST /api/v1/publish', { body: bodyOf(draft.value) });
    sent.value += 1;
    return subscribers;
  };
  useRepeat(isRepeating.value ? Number(everyS.value) : 0, async () => {
    const isDone = await attempt(async () => void (await publish()));
    if (!isDone || sent.value >= REPEATS_MAX) isRepeating.value = false;
  });
  const submit = async () => {
    if (isRepeating.value) {
      isRepeating.value = false;
      return;
    }
    const subscribers = await publish();
    const seconds = Number(everyS.value);
    if (seconds >= 1 && seconds <= REPEAT_S_MAX) isRepeating.value = true;
    else toast({ kind: 'ok', text: t('explorer.published', { count: subscribers }) });
  };
  return (
    <Sheet title={t('explorer.publish')} open onClose={onClose}>
      <Form submitLabel={t(isRepeating.value ? 'explorer.stop' : 'explorer.send')} submitIcon="send" onSubmit={submit}>
        <Field
          label={t('explorer.topic')}
          value={draft.value.topic}
          onInput={(text) => change({ topic: text })}
          input={{ required: true, maxLength: TOPIC_TEXT_MAX, spellcheck: false, autocomplete: 'off', class: 'mono' }}
        />
        <Payload value={draft.value.payload} onInput={(payload) => change({ payload })} />
        <div class="row publish-how">
          <Select
            label="QoS"
            value={draft.value.qos}
            options={QOS.map((value) => ({ value, label: value }))}
            onChange={(qos) => change({ qos })}
          />
          <Field
            label={t('explorer.repeat')}
            value={everyS.value}
            onInput={(text) => {
              everyS.value = text.replace(/\D/g, '').slice(0, String(REPEAT_S_MAX).length);
            }}
            input={{ inputMode: 'numeric', placeholder: t('explorer.once') }}
          />
        </div>
        <Checkbox label={t('explorer.retain')} checked={draft.value.retain} onChange={(retain) => change({ retain })} />
        <p class="note" role="status">
          {sent.value > 0 && t('explorer.sent', { count: sent.value })}
        </p>
      </Form>
      <Saved
        saved={saved}
        draft={draft.value}
        onPick={(one) => change({ ...one, payload: one.payload, qos: QOS[one.qos] ?? '0' })}
      />
    </Sheet>
  );
}

function Payload({ value, onInput }: { value: string; onInput: (text: string) => void }) {
  const id = useId();
  const looksLikeJson = /^\s*[[{]/.test(value);
  const isWrong = looksLikeJson && parseJson(value) === undefined;
  return (
    <div class="fieldset">
      <label for={id}>{t('explorer.payload')}</label>
      <textarea
        id={id}
        class={isWrong ? 'mono area wrong' : 'mono area'}
        rows={6}
        spellcheck={false}
        value={value}
        aria-describedby={`${id}-note`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      <p class={isWrong ? 'note bad' : 'note'} id={`${id}-note`}>
        {isWrong ? t('explorer.notJson') : looksLikeJson ? t('explorer.isJson') : ''}
      </p>
    </div>
  );
}

interface SavedProps {
  saved: Resource<SavedPublish[]>;
  draft: Draft;
  onPick: (saved: SavedPublish) => void;
}

function Saved({ saved, draft, onPick }: SavedProps) {
  const name = useSignal('');
  const state = saved.state.value;
  const items = state.kind === 'ready' ? state.value : [];
  const save = () =>
    attempt(async () => {
      const body = { ...bodyOf(draft), name: name.value };
      await call('POST /api/v1/saved-publishes', { body });
      name.value = '';
      await saved.reload();
    });
  const forget = (id: string) =>
    attempt(async () => {
      await call('DELETE /api/v1/saved-publishes/:id', { params: { id } });
      await saved.reload();
    });
  return (
    <section class="saved" aria-label={t('explorer.saved')}>
      <h3>{t('explorer.saved')}</h3>
      <div class="row save-row">
        <Field
          label={t('explorer.saveAs')}
          value={name.value}
          onInput={(text) => {
            name.value = text;
          }}
          input={{ maxLength: SAVED_NAME_MAX }}
        />
        <Button icon="plus" disabled={name.value === '' || draft.topic === ''} onClick={() => void save()}>
          {t('common.save')}
        </Button>
      </div>
      <ul class="rows">
        {items.map((one) => (
          <li key={one.id}>
            <button type="button" class="text-btn nm" onClick={() => onPick(one)}>
              {one.name}
              <small class="mono muted">{one.topic}</small>
            </button>
            <IconButton
              icon="trash-2"
              label={t('explorer.forget', { name: one.name })}
              kind="ghost"
              size="sm"
              onClick={() => void forget(one.id)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}

const bodyOf = ({ topic, payload, qos, retain }: Draft) => {
  return { topic, payload, qos: qos === '0' ? 0 : qos === '1' ? 1 : 2, retain } as const;
};

/** Calls again and again while the sheet is open; 0: not at all. */
function useRepeat(seconds: number, act: () => Promise<void>): void {
  useEffect(() => {
    if (seconds < 1) return undefined;
    const timer = setInterval(() => void act(), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds]);
}
