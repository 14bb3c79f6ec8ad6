/** How the web app is built (dist/web, hashed and precompressed) and served while developing (a proxy to the hub). */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { catalogFiles } from './build/catalog-files.ts';
import { iconSprite } from './build/icon-sprite.ts';
import { precompress } from './build/precompress.ts';
import { preloadFont } from './build/preload-font.ts';

const HUB = 'http://127.0.0.1:8080';
/** What every page uses travels in one file: dozens of files of a few hundred bytes compress badly and arrive late. */
const SHARED = /web\/src\/(?:parts\/(?:controls\/)?[a-z-]+\.tsx?|shell|state|router|session|api|http)/;
/** The first ones with `popover`, which menus and tooltips are: older colours and prefixes would be dead weight. */
const STYLED_FOR = ['chrome114', 'firefox125', 'safari17'];
const outDir = fileURLToPath(new URL('../dist/web', import.meta.url));

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [catalogFiles(), iconSprite(), preloadFont(), precompress()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  // fonts and icons stay files of their own: the content policy allows no data: address for them
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: STYLED_FOR,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', test: SHARED }] } } },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': HUB,
      '/health': {
        target: HUB,
        bypass: ({ headers }) => (headers.accept?.includes('text/html') ? '/index.html' : null),
      },
      '/metrics': HUB,
      '/docs': HUB,
      '/openapi.json': HUB,
      '/mqtt': { target: HUB, ws: true },
    },
  },
});
