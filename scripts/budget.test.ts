/** What counts against which budget. */
import { expect, test } from 'vitest';
import { measure } from './budget.mjs';

test('first JS is what index.html and the Overview load, with everything imported statically; the rest is lazy', () => {
  const files = new Map(
    Object.entries({
      'index.html': '<script type="module" src="/assets/index-a1.js"></script>',
      'assets/index-a1.js': "import { h } from './preact-b2.js'; import('./chart-c3.js'); h();",
      'assets/preact-b2.js': 'export const h = () => 1;',
      'assets/overview-page-h8.js': "import './preact-b2.js';",
      'assets/chart-c3.js': `export const chart = ${JSON.stringify('x'.repeat(50))};`,
      'assets/mqtt-d4.js': 'export const mqtt = 1;',
      'assets/flasher-e5.js': 'export const flash = 1;',
      'assets/index-f6.css': 'a{}',
      'assets/en-h8.json': '{}',
      'assets/fr-i9.json': '{"a":"longer, and that is the one that counts"}',
      'assets/geist-g7.woff2': 'font',
    }).map(([path, text]) => [path, Buffer.from(text)]),
  );
  const measures = new Map(measure(files).map((one) => [one.name, one]));
  expect(measures.get('first JS, gzip')?.of).toBe('3 files');
  expect(measures.get('largest lazy chunk, gzip')?.of).toBe('assets/chart-c3.js');
  expect(measures.get('all JS, gzip')?.of).toBe('5 files');
  expect(measures.get('largest language, gzip')?.of).toBe('assets/fr-i9.json');
  expect(measures.get('fonts')?.bytes).toBe(4);
});
