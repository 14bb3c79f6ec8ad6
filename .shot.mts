import { chromium } from 'playwright-core';
import { readFileSync } from 'node:fs';
const url = readFileSync('/tmp/webdevice/url', 'utf8');
const [, , spec] = process.argv;
// spec: JSON list of {name, path, theme, lang, width, act?}
const shots = JSON.parse(spec);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const s of shots) {
  const ctx = await browser.newContext({ colorScheme: s.theme ?? 'dark', locale: s.lang === 'fr' ? 'fr-FR' : 'en-GB', viewport: { width: s.width ?? 1440, height: s.height ?? 1080 }, hasTouch: s.width < 700, deviceScaleFactor: s.width < 700 ? 2 : 1 });
  const page = await ctx.newPage();
  page.on('console', (m) => m.type() === 'error' && console.log('CONSOLE', m.text()));
  page.on('pageerror', (e) => console.log('PAGEERROR', e.stack));
  await page.goto(`${url}/login?next=${encodeURIComponent(s.path)}`);
  await page.fill('input[name=username]', 'owner'); await page.fill('input[name=password]', 'correct horse battery');
  await page.click('button[type=submit]');
  await page.locator('main.main h1').first().waitFor();
  await page.waitForTimeout(s.wait ?? 2500);
  for (const a of s.acts ?? []) { const [k, ...r] = a.split('|'); if (k === 'click') await page.locator(r[0]).first().click(); else if (k === 'key') await page.keyboard.press(r[0]); else if (k === 'hover') await page.hover(r[0], { position: { x: +r[1], y: +r[2] } }); else if (k === 'wait') await page.waitForTimeout(+r[0]); else if (k === 'focus') await page.focus(r[0]); else if (k==='fill') await page.fill(r[0], r[1]); }
  await page.screenshot({ path: `/tmp/webdevice/${s.name}.png`, fullPage: s.full ?? true });
  await ctx.close();
}
await browser.close();
