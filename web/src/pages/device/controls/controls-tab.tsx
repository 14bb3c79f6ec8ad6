/** Asking the device to do something: its widgets, any other command, and what became of those before. */
import type { Device, Latest } from '../../../../../hub/contract/device.ts';
import { CommandForm } from './command-form.tsx';
import { CommandHistory } from './command-history.tsx';
import { ControlsCard } from './controls-card.tsx';
import { useControls } from './use-controls.ts';

export function ControlsTab({ device, latest }: { device: Device; latest: Latest['metrics'] }) {
  const controls = useControls(device);
  return (
    <div class="cols">
      <div class="stack">
        <ControlsCard device={device} latest={latest} controls={controls} />
        <CommandHistory device={device} controls={controls} />
      </div>
      <CommandForm device={device} controls={controls} />
    </div>
  );
}
