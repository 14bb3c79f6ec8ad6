/** Vite plugin: asks for the text font together with the page; the stylesheet alone would reveal it much later. */
import type { Plugin } from 'vite';

const TEXT_FONT = /^assets\/geist-latin-.*\.woff2$/;

export function preloadFont(): Plugin {
  return {
    name: 'ruche:preload-font',
    apply: 'build',
    transformIndexHtml: (_html, { bundle = {} }) =>
      Object.keys(bundle)
        .filter((path) => TEXT_FONT.test(path))
        .map((path) => ({
          tag: 'link',
          // fonts are always fetched without credentials, so the preload must be too
          attrs: { rel: 'preload', as: 'font', type: 'font/woff2', href: `/${path}`, crossorigin: '' },
          injectTo: 'head',
        })),
  };
}
