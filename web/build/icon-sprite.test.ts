import { describe, expect, it } from 'vitest';
import { ICON_NAMES } from './icon-names.ts';
import { spriteOf } from './icon-sprite.ts';

describe('spriteOf', () => {
  it('holds every listed icon as a symbol of its own, without the styles of its file', () => {
    const sprite = spriteOf(ICON_NAMES);
    for (const name of ICON_NAMES) expect(sprite).toContain(`<symbol id="i-${name}" viewBox="0 0 24 24"><`);
    expect(sprite).not.toMatch(/stroke-width|class="lucide/);
  });
});
