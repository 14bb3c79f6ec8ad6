/** Vite plugin: writes the listed lucide icons as one hidden sprite into index.html, so no icon costs a request. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Plugin } from 'vite';
import { ICON_NAMES } from './icon-names.ts';

export function iconSprite(): Plugin {
  return {
    name: 'ruche:icon-sprite',
    transformIndexHtml: (html) => html.replace('<!--icons-->', spriteOf(ICON_NAMES)),
  };
}

export function spriteOf(names: readonly string[]): string {
  return `<svg class="vh" width="0" height="0" aria-hidden="true">${names.map(symbolOf).join('')}</svg>`;
}

function symbolOf(name: string): string {
  const require = createRequire(import.meta.url);
  const svg = readFileSync(require.resolve(`lucide-static/icons/${name}.svg`), 'utf8');
  const shapes = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'));
  return `<symbol id="i-${name}" viewBox="0 0 24 24">${shapes.replace(/\s*\n\s*/g, '').replaceAll(' />', '/>')}</symbol>`;
}
