/** Turning surveillance on and off: at once, with a way back. */
import type { Mode } from '../../../hub/contract/mode.ts';
import { t } from '../i18n/language.ts';
import { attempt } from '../parts/attempt.ts';
import { toast } from '../parts/toast.tsx';
import { changeMode, mode } from '../state/events.ts';

export async function switchMode(to: Mode['mode']): Promise<void> {
  const before = mode.peek()?.mode;
  if (before === undefined || before === to) return;
  await attempt(async () => {
    await changeMode({ mode: to });
    const text = t(to === 'surveillance' ? 'mode.switchedOn' : 'mode.switchedOff');
    toast({ kind: 'ok', text, undo: () => void attempt(async () => void (await changeMode({ mode: before }))) });
  });
}
