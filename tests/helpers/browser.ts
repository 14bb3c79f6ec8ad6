/** A real Chromium for e2e tests: one page per person, with everything the console complained about. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** Where Linux distributions put it; `npm test` installs the Debian package when it may. */
const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export interface PageOptions {
  theme?: 'dark' | 'light';
  language?: 'en' | 'fr';
  width?: number;
  height?: number;
  reducedMotion?: boolean;
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors, uncaught exceptions and failed requests, in the order they came. */
  readonly problems: string[];
}

/** `args`: more switches of Chromium. */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = CHROMIUM_PATHS.find((path) => existsSync(path));
  if (executablePath === undefined) throw new Error('no Chromium found: install the package "chromium"');
  // No sandbox: CI runs as root in containers, and the only pages opened are ours.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', ...args] });
}

/** A page in a context of its own: own cookies, own storage, as if another person had opened it. */
export async function openPage(browser: Browser, options: PageOptions = {}): Promise<OpenPage> {
  const { theme = 'dark', language = 'en', width = 1440, height = 900, reducedMotion = true } = options;
  const context = await browser.newContext({
    colorScheme: theme,
    locale: language === 'fr' ? 'fr-FR' : 'en-GB',
    viewport: { width, height },
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('requestfailed', (request) => {
    // A page that leaves cancels its own requests; that is nobody's fault.
    const why = request.failure()?.errorText ?? 'failed';
    if (why !== 'net::ERR_ABORTED') problems.push(`${request.method()} ${request.url()} ${why}`);
  });
  return { page, context, problems };
}
