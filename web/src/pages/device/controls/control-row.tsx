/** One widget of a device as a row: its name, how it stands, and what to press. */
import type { Device, Latest } from '../../../../../hub/contract/device.ts';
import type { Widget } from '../../../../../hub/contract/widget.ts';
import { t } from '../../../i18n/language.ts';
import { IconButton } from '../../../parts/button.tsx';
import { ControlInput } from '../../../parts/controls/control-input.tsx';
import { ControlNote } from '../../../parts/controls/control-note.tsx';
import { useControl, wordOf } from '../../../parts/controls/use-control.ts';
import { CONTROL_KINDS } from './widget-draft.ts';

interface ControlRowProps {
  widget: Widget;
  device: Device;
  reported: Latest['metrics'][string] | undefined;
  onEdit?: (() => void) | undefined;
}

export function ControlRow({ widget, device, reported, onEdit }: ControlRowProps) {
  const control = useControl(widget, device, reported);
  return (
    <div class="wr">
      <span class="nm">
        {widget.name}
        <small>
          {widget.pin ?? widget.metric} · {wordOf(widget, control.shown)}
        </small>
        {CONTROL_KINDS.some((kind) => kind === widget.type) && <ControlNote control={control} />}
      </span>
      <ControlInput control={control} />
      {onEdit !== undefined && (
        <IconButton
          icon="pencil"
          kind="ghost"
          size="sm"
          label={t('control.edit', { name: widget.name })}
          onClick={onEdit}
        />
      )}
    </div>
  );
}
