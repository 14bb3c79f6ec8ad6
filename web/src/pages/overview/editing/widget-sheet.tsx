/** Choosing a widget and what it shows, with the widget itself as it will be. */
import { useSignal } from '@preact/signals';
import type { Tile, TileSize } from '../../../../../hub/contract/board.ts';
import type { WidgetSpec, WidgetType } from '../../../../../hub/contract/widget.ts';
import { t } from '../../../i18n/language.ts';
import { Button } from '../../../parts/button.tsx';
import { Seg } from '../../../parts/choice.tsx';
import { Sheet } from '../../../parts/dialog.tsx';
import { Field } from '../../../parts/field.tsx';
import { Icon } from '../../../parts/icon.tsx';
import { fleet } from '../../../state/devices.ts';
import { WIDGET_KINDS } from '../widgets/widget-kinds.ts';
import { WidgetView } from '../widgets/widget-view.tsx';
import { OptionFields } from './option-fields.tsx';
import { LinesFields } from './target-fields.tsx';
import { draftOfSpec, newDraft, problemIn, specOfDraft, type WidgetDraft } from './widget-draft.ts';

const SIZES = ['S', 'M', 'L', 'XL'] as const satisfies readonly TileSize[];
const TYPES: readonly WidgetType[] = [
  ...(['value', 'value-spark', 'chart', 'gauge', 'switch', 'slider', 'button', 'select'] as const),
  ...(['vitals', 'pulse-wall', 'events', 'leaderboard', 'text'] as const),
];

export type Chosen = Pick<Tile, 'size'> & { widget: WidgetSpec };
interface WidgetSheetProps {
  /** Null: a new one. */
  tile: Chosen | null;
  onDone: (chosen: Chosen) => void;
  onClose: () => void;
}

export function WidgetSheet({ tile, onDone, onClose }: WidgetSheetProps) {
  const draft = useSignal<WidgetDraft | null>(tile === null ? null : draftOfSpec(tile.widget));
  const size = useSignal<TileSize>(tile?.size ?? 'S');
  const choose = (type: WidgetType): void => {
    draft.value = newDraft(type, firstDevice());
    size.value = WIDGET_KINDS[type].size;
  };
  const title = tile === null ? t('board.add') : t('board.editOf', { name: tile.widget.name });
  return (
    <Sheet open title={title} onClose={onClose}>
      {draft.value === null ? (
        <KindChoice onChoose={choose} />
      ) : (
        <Filling
          draft={draft.value}
          size={size.value}
          isNew={tile === null}
          onSize={(next) => {
            size.value = next;
          }}
          onChange={(part) => {
            if (draft.value !== null) draft.value = { ...draft.value, ...part };
          }}
          onBack={() => {
            draft.value = null;
          }}
          onDone={(widget) => onDone({ widget, size: size.value })}
        />
      )}
    </Sheet>
  );
}

/** One that measures something, where there is one. */
function firstDevice(): string {
  const ids = fleet.ids.peek();
  return ids.find((id) => (fleet.device(id).peek()?.values.length ?? 0) > 0) ?? ids[0] ?? '';
}

function KindChoice({ onChoose }: { onChoose: (type: WidgetType) => void }) {
  return (
    <div class="kinds">
      {TYPES.map((type) => (
        <button key={type} type="button" onClick={() => onChoose(type)}>
          <Icon name={WIDGET_KINDS[type].icon} />
          <span>
            <b>{t(`widget.type.${type}`)}</b>
            <small>{t(`widget.about.${type}`)}</small>
          </span>
        </button>
      ))}
    </div>
  );
}

interface FillingProps {
  draft: WidgetDraft;
  size: TileSize;
  isNew: boolean;
  onSize: (size: TileSize) => void;
  onChange: (part: Partial<WidgetDraft>) => void;
  onBack: () => void;
  onDone: (spec: WidgetSpec) => void;
}

function Filling({ draft, size, isNew, onSize, onChange, onBack, onDone }: FillingProps) {
  const isTried = useSignal(false);
  const problem = problemIn(draft);
  const name = nameFor(draft);
  const spec = problem === undefined ? specOfDraft(draft, name) : undefined;
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        isTried.value = true;
        if (spec !== undefined) onDone(spec);
      }}
    >
      <div class="preview" inert>
        {spec === undefined ? (
          <p class="muted">{t('board.previewLater')}</p>
        ) : (
          // another kind, device or metric is another tile
          <WidgetView
            key={JSON.stringify([spec.type, draft.lines, spec.options?.heartRate, spec.options?.spo2])}
            spec={spec}
            size={size}
            onRepair={null}
          />
        )}
      </div>
      <LinesFields draft={draft} onChange={onChange} />
      <Field
        label={t('board.name')}
        value={draft.name}
        onInput={(text) => onChange({ name: text })}
        input={{ maxLength: 64, placeholder: name, autocomplete: 'off' }}
      />
      <OptionFields draft={draft} onChange={onChange} />
      <div class="fieldset">
        <Seg
          label={t('board.size')}
          value={size}
          options={SIZES.map((each) => ({ value: each, label: t(`board.size.${each}`) }))}
          onChange={onSize}
        />
      </div>
      <p class="note bad" role="alert">
        {isTried.value && problem !== undefined && t(`board.problem.${problem}`)}
      </p>
      <footer class="row">
        {isNew && (
          <Button icon="arrow-left" onClick={onBack}>
            {t('common.back')}
          </Button>
        )}
        <span class="grow" />
        <Button kind="primary" type="submit" icon="check">
          {t(isNew ? 'board.addDone' : 'common.done')}
        </Button>
      </footer>
    </form>
  );
}

/** What it is called when nobody says otherwise. */
function nameFor({ type, lines }: WidgetDraft): string {
  const { needs } = WIDGET_KINDS[type];
  const [first] = lines;
  if (needs === 'nothing' || first === undefined || first.deviceId === '') return t(`widget.type.${type}`);
  const device = fleet.name(first.deviceId).value;
  return needs === 'device' ? device : `${device} ${first.metric}`;
}
