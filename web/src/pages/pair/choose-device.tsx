/** First step: one of the devices that announce themselves, a known one, or an id typed by hand. */
import { useId, useState } from 'preact/hooks';
import { t } from '../../i18n/language.ts';
import { Card } from '../../parts/card.tsx';
import { SimonMark } from '../../parts/device-icon.tsx';
import { Field } from '../../parts/field.tsx';
import { Time } from '../../parts/time.tsx';
import type { Candidate } from './candidates.ts';
import { typedDeviceId } from './device-id.ts';

interface ChooseDeviceProps {
  candidates: readonly Candidate[];
  chosen: string | null;
  onChoose: (id: string | null) => void;
}

export function ChooseDevice({ candidates, chosen, onChoose }: ChooseDeviceProps) {
  const fresh = candidates.filter(({ isNew }) => isNew);
  const known = candidates.filter(({ isNew }) => !isNew);
  const isListed = candidates.some(({ id }) => id === chosen);
  return (
    <Card title={t('pair.choose')} class="choose">
      <fieldset>
        <legend class="label">{t('pair.announced')}</legend>
        {fresh.length === 0 && <p class="note">{t('pair.announcedEmpty')}</p>}
        {fresh.map((candidate) => (
          <CandidateRow key={candidate.id} candidate={candidate} chosen={chosen} onChoose={onChoose} />
        ))}
      </fieldset>
      {known.length > 0 && (
        <fieldset>
          <legend class="label">{t('pair.known')}</legend>
          {known.map((candidate) => (
            <CandidateRow key={candidate.id} candidate={candidate} chosen={chosen} onChoose={onChoose} />
          ))}
        </fieldset>
      )}
      <Manual initial={isListed ? '' : (chosen ?? '')} isUsed={chosen !== null && !isListed} onChoose={onChoose} />
    </Card>
  );
}

interface CandidateRowProps {
  candidate: Candidate;
  chosen: string | null;
  onChoose: (id: string) => void;
}

function CandidateRow({ candidate, chosen, onChoose }: CandidateRowProps) {
  const { id, name, isNew, isConnected, lastSeenMs, player } = candidate;
  const inputId = useId();
  return (
    <div class="pick">
      <input type="radio" id={inputId} name="device" checked={id === chosen} onChange={() => onChoose(id)} />
      <label for={inputId}>
        <SimonMark />
        <span class="nm">
          <span class="cut">{name}</span>
          <small class="cut">
            {name !== id && <span class="mono">{id} · </span>}
            {player === null ? t('pair.free') : t('pair.belongs', { player })}
          </small>
        </span>
        <span class="end">
          {isNew && <span class="tag">{t('pair.waiting')}</span>}
          <span class={isConnected ? 'st ok' : 'st off'}>
            {isConnected || lastSeenMs === null ? (
              t(isConnected ? 'pair.connected' : 'pair.notConnected')
            ) : (
              <Time atMs={lastSeenMs} />
            )}
          </span>
        </span>
      </label>
    </div>
  );
}

function Manual({
  initial,
  isUsed,
  onChoose,
}: {
  initial: string;
  isUsed: boolean;
  onChoose: (id: string | null) => void;
}) {
  const [text, setText] = useState(initial);
  const id = typedDeviceId(text);
  const error = text.trim() !== '' && id === null ? t('pair.manualInvalid') : undefined;
  const hint = isUsed && id !== null && id !== text ? t('pair.manualStored', { id }) : t('pair.manualHint');
  return (
    <Field
      label={t('pair.manual')}
      value={text}
      hint={hint}
      error={error}
      input={{ name: 'device_id', autocomplete: 'off', spellcheck: false, placeholder: 'AA:BB:CC:DD:EE:FF' }}
      onInput={(next) => {
        setText(next);
        onChoose(typedDeviceId(next));
      }}
    />
  );
}
