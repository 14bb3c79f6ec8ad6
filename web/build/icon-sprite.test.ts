import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ICON_NAMES } from './icon-names.ts';
import { spriteOf } from './icon-sprite.ts';

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

describe('the icon sprite', () => {
  it('holds every listed icon as a symbol of its own, without the styles of its file', () => {
    const sprite = spriteOf(ICON_NAMES);
    for (const name of ICON_NAMES) expect(sprite).toContain(`<symbol id="i-${name}" viewBox="0 0 24 24"><`);
    expect(sprite).not.toMatch(/stroke-width|class="lucide/);
  });

  it('carries no icon that nothing shows', () => {
    const text = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => readFileSync(`${SOURCES}/${path}`, 'utf8'))
      .join('\n');
    expect(ICON_NAMES.filter((name) => !text.includes(`'${name}'`) && !text.includes(`"${name}"`))).toEqual([]);
  });
});
