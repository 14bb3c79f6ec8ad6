/** The tags of a device: shown as chips that lead to its like, changed in place. */
import { useState } from 'preact/hooks';
import type { Device } from '../../../../hub/contract/device.ts';
import { TAG_LENGTH_MAX, TAGS_MAX } from '../../../../hub/contract/limits.ts';
import { call } from '../../api.ts';
import { t } from '../../i18n/language.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Field } from '../../parts/field.tsx';
import { Form } from '../../parts/form.tsx';
import { Icon } from '../../parts/icon.tsx';
import { href } from '../../router.ts';
import { mayManage } from '../../session.ts';
import { fleet } from '../../state/devices.ts';
import { tagsIn } from './tag-text.ts';

export function Tags({ device }: { device: Device }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      {device.tags.map((tag) => (
        <a key={tag} class="chip" href={href('/devices', {}, { q: tag })}>
          <Icon name="tag" />
          {tag}
        </a>
      ))}
      {mayManage(device) && (
        <button type="button" class="chip" onClick={() => setOpen(true)}>
          <Icon name={device.tags.length === 0 ? 'plus' : 'pencil'} />
          {t('device.tags')}
        </button>
      )}
      {isOpen && <TagsDialog device={device} onClose={() => setOpen(false)} />}
    </>
  );
}

function TagsDialog({ device, onClose }: { device: Device; onClose: () => void }) {
  const [text, setText] = useState(device.tags.join(' '));
  const tags = tagsIn(text);
  const isTooMuch = tags.length > TAGS_MAX || tags.some((tag) => tag.length > TAG_LENGTH_MAX);
  const save = async (): Promise<void> => {
    if (isTooMuch) return;
    fleet.put(await call('PATCH /api/v1/devices/:id', { params: { id: device.id }, body: { tags } }));
    onClose();
  };
  return (
    <Dialog open title={t('device.tags')} onClose={onClose}>
      <Form submitLabel={t('common.save')} onSubmit={save}>
        <Field
          label={t('device.tagsLabel')}
          hint={t('device.tagsHint')}
          error={isTooMuch ? t('device.tagsTooMuch', { most: TAGS_MAX, length: TAG_LENGTH_MAX }) : undefined}
          value={text}
          onInput={setText}
          input={{ autocomplete: 'off', autocapitalize: 'none', spellcheck: false }}
        />
        {tags.length > 0 && (
          <p class="chips">
            {tags.map((tag) => (
              <span key={tag} class="chip">
                <Icon name="tag" />
                {tag}
              </span>
            ))}
          </p>
        )}
      </Form>
    </Dialog>
  );
}
