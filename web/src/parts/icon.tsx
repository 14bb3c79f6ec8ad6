/** One icon of the sprite in index.html. Decorative: whatever stands beside it carries the words. */
import type { IconName } from '../../build/icon-names.ts';

export type { IconName };

export function Icon({ name, class: extra = '' }: { name: IconName; class?: string }) {
  return (
    <svg class={`i ${extra}`} aria-hidden="true">
      <use href={`#i-${name}`} />
    </svg>
  );
}
