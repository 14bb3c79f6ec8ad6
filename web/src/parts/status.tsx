/** A device's state: colour, shape and word, never colour alone. */
import type { DeviceStatus } from '../../../hub/contract/device.ts';
import { t } from '../i18n/language.ts';

/** The sheet's name for each state: disc, triangle, crescent, square, ring. */
const SHAPES: Readonly<Record<DeviceStatus, string>> = {
  online: 'ok',
  late: 'warn',
  asleep: 'idle',
  offline: 'bad',
  never: 'off',
};

interface StatusProps {
  status: DeviceStatus;
  /** Shown after the word: "online, 3 s ago". */
  since?: string | undefined;
  /** Beside a name that leaves no room for the word: it is then said to screen readers only. */
  isBare?: boolean;
}

export function Status({ status, since, isBare = false }: StatusProps) {
  const word = t(`status.${status}`);
  const text = since === undefined ? word : t('status.since', { status: word, since });
  return (
    <span class={`st ${SHAPES[status]}`} title={isBare ? text : undefined}>
      <span class={isBare ? 'vh' : undefined}>{text}</span>
    </span>
  );
}

export const statusShape = (status: DeviceStatus): string => SHAPES[status];
