/** Making a destination, or changing one: a webhook or another MQTT broker; secrets go in and are never shown again. */
import { useSignal } from '@preact/signals';
import type { Destination, DestinationPatch } from '../../../../hub/contract/destination.ts';
import { HIDDEN, TEMPLATE_LENGTH_MAX } from '../../../../hub/contract/limits.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Checkbox, Seg } from '../../parts/choice.tsx';
import { Sheet } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { TextArea } from '../../parts/text-area.tsx';
import { bodyOf, type Draft, draftOf } from './destination-draft.ts';
import { headersIn, mappingIn } from './destination-text.ts';

/** How a body names values. */
const PLACES = { text: '{{name}}', json: '{{{name}}}' };
const PLAIN = { autocomplete: 'off', autocapitalize: 'none', spellcheck: false } as const;

interface DestinationSheetProps {
  /** Null: a new one. */
  destination: Destination | null;
  onSaved: (saved: Destination) => void;
  onClose: () => void;
}
type Change = (part: Partial<Draft>) => void;

export function DestinationSheet({ destination, onSaved, onClose }: DestinationSheetProps) {
  const draft = useSignal(draftOf(destination));
  const { kind, name, url } = draft.value;
  const change: Change = (part) => {
    draft.value = { ...draft.value, ...part };
  };
  const save = async () => onSaved(await send(destination, bodyOf(draft.value, destination), { kind, name, url }));
  return (
    <Sheet
      open
      title={destination === null ? t('forwarding.add') : t('forwarding.editOf', { name: destination.name })}
      onClose={onClose}
    >
      <Form submitLabel={t('common.save')} onSubmit={save}>
        {destination === null && (
          <div class="fieldset">
            <Seg
              label={t('forwarding.kind')}
              value={kind}
              options={[
                { value: 'webhook', label: t('forwarding.webhook'), icon: 'send' },
                { value: 'mqtt', label: t('forwarding.broker'), icon: 'radio' },
              ]}
              onChange={(chosen) => change({ kind: chosen })}
            />
          </div>
        )}
        <Field
          label={t('forwarding.name')}
          value={name}
          onInput={(text) => change({ name: text })}
          input={{ ...PLAIN, required: true, maxLength: 80 }}
        />
        <Field
          label={t('forwarding.url')}
          hint={destination?.fixed ? t('forwarding.fixed') : urlHint(kind, url)}
          value={url}
          onInput={(text) => change({ url: text })}
          input={{ ...PLAIN, required: true, maxLength: 2048, readOnly: destination?.fixed ?? false, class: 'mono' }}
        />
        {kind === 'webhook' ? (
          <WebhookFields draft={draft.value} destination={destination} change={change} />
        ) : (
          <BrokerFields draft={draft.value} destination={destination} change={change} />
        )}
      </Form>
    </Sheet>
  );
}

const urlHint = (kind: Draft['kind'], url: string): string =>
  url.includes(HIDDEN)
    ? t('forwarding.urlHidden', { hidden: HIDDEN })
    : t(kind === 'webhook' ? 'forwarding.urlHintWebhook' : 'forwarding.urlHintBroker');

function send(
  destination: Destination | null,
  body: DestinationPatch,
  start: Pick<Draft, 'kind' | 'name' | 'url'>,
): Promise<Destination> {
  if (destination === null) return call('POST /api/v1/destinations', { body: { ...body, ...start } });
  return call('PATCH /api/v1/destinations/:id', { params: { id: destination.id }, body });
}

interface FieldsProps {
  draft: Draft;
  destination: Destination | null;
  change: Change;
}

function WebhookFields({ draft, destination, change }: FieldsProps) {
  const mapping = mappingIn(draft.mapping);
  const headers = headersIn(draft.headers);
  const isSigned = destination?.kind === 'webhook' && destination.signed;
  return (
    <>
      <Checkbox
        label={t('forwarding.forwardEvents')}
        checked={draft.events}
        onChange={(events) => change({ events })}
      />
      {draft.events && (
        <TextArea
          label={t('forwarding.mapping')}
          hint={t('forwarding.mappingHint')}
          error={mapping.wrongLine === null ? undefined : t('forwarding.mappingWrong', { line: mapping.wrongLine })}
          value={draft.mapping}
          onInput={(text) => change({ mapping: text })}
        />
      )}
      <TextArea
        label={t('forwarding.topics')}
        hint={t('forwarding.topicsHint')}
        placeholder="home/+/temperature"
        value={draft.topics}
        onInput={(topics) => change({ topics })}
      />
      <details class="rules-help">
        <summary>{t('forwarding.advanced')}</summary>
        <TextArea
          label={t('forwarding.body')}
          hint={t('forwarding.bodyHint', PLACES)}
          maxLength={TEMPLATE_LENGTH_MAX}
          value={draft.template}
          onInput={(template) => change({ template })}
        />
        <TextArea
          label={t('forwarding.headers')}
          hint={t('forwarding.headersHint')}
          error={headers.wrongLine === null ? undefined : t('forwarding.headersWrong', { line: headers.wrongLine })}
          rows={3}
          value={draft.headers}
          onInput={(text) => change({ headers: text })}
        />
        <Field
          label={t('forwarding.secret')}
          hint={t(isSigned ? 'forwarding.secretKept' : 'forwarding.secretHint')}
          type="password"
          value={draft.secret}
          onInput={(secret) => change({ secret })}
          input={{ ...PLAIN, autocomplete: 'new-password' }}
        />
      </details>
    </>
  );
}

function BrokerFields({ draft, destination, change }: FieldsProps) {
  const hasPassword = destination?.kind === 'mqtt' && destination.hasPassword;
  return (
    <>
      <div class="fieldset">
        <Seg
          label={t('forwarding.direction')}
          value={draft.direction}
          options={[
            { value: 'out', label: t('forwarding.direction.out') },
            { value: 'in', label: t('forwarding.direction.in') },
            { value: 'both', label: t('forwarding.direction.both') },
          ]}
          onChange={(direction) => change({ direction })}
        />
      </div>
      <TextArea
        label={t('forwarding.topics')}
        hint={t('forwarding.topicsHintBroker')}
        placeholder="home/#"
        value={draft.topics}
        onInput={(topics) => change({ topics })}
      />
      <Field
        label={t('forwarding.username')}
        value={draft.username}
        onInput={(username) => change({ username })}
        input={{ ...PLAIN, maxLength: 256 }}
      />
      <Field
        label={t('forwarding.password')}
        hint={hasPassword ? t('forwarding.secretKept') : undefined}
        type="password"
        value={draft.secret}
        onInput={(secret) => change({ secret })}
        input={{ ...PLAIN, autocomplete: 'new-password' }}
      />
      <details class="rules-help">
        <summary>{t('forwarding.advanced')}</summary>
        <Field
          label={t('forwarding.localPrefix')}
          hint={t('forwarding.prefixHint')}
          value={draft.localPrefix}
          onInput={(localPrefix) => change({ localPrefix })}
          input={{ ...PLAIN, class: 'mono' }}
        />
        <Field
          label={t('forwarding.remotePrefix')}
          hint={t('forwarding.prefixHint')}
          value={draft.remotePrefix}
          onInput={(remotePrefix) => change({ remotePrefix })}
          input={{ ...PLAIN, class: 'mono' }}
        />
      </details>
    </>
  );
}
