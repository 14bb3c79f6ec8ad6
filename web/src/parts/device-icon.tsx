/** What a device is, at a glance: Simon's four keys in its colours, else a chip. */
import { Icon } from './icon.tsx';

export function SimonMark({ size = 26 }: { size?: number }) {
  return (
    <svg class="simon" width={size} height={size} viewBox="0 0 26 26" aria-hidden="true">
      <g stroke-width="5" fill="none">
        <path d="M4 12a9 9 0 0 1 8-8" stroke="var(--c5)" />
        <path d="M14 4a9 9 0 0 1 8 8" stroke="var(--c4)" />
        <path d="M22 14a9 9 0 0 1-8 8" stroke="var(--c1)" />
        <path d="M12 22a9 9 0 0 1-8-8" stroke="var(--c2)" />
      </g>
    </svg>
  );
}

export const isSimon = (dialects: readonly string[]): boolean => dialects.includes('simon');

export function DeviceIcon({ dialects }: { dialects: readonly string[] }) {
  if (isSimon(dialects)) return <SimonMark />;
  return (
    <span class="ic">
      <Icon name="microchip" />
    </span>
  );
}
