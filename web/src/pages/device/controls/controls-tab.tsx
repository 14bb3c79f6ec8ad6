/** Asking the device to do something: its widgets, any other command, and what became of those before. */
import type { Device, Latest } from '../../../../../hub/contract/device.ts';
import { CommandForm } from './command-form.tsx';
import { CommandHistory } from './command-history.tsx';
import { ControlsCard } from './controls-card.tsx';

export function ControlsTab({ device, latest }: { device: Device; latest: Latest['metrics'] }) {
  return (
    <div class="cols">
      <div class="stack">
        <ControlsCard device={device} latest={latest} />
        <CommandHistory device={device} />
      </div>
      <CommandForm device={device} />
    </div>
  );
}
