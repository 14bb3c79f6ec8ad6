/** What a browser or program calls itself, in words people know. Pure, tested. */

export interface Agent {
  browser: string | undefined;
  system: string | undefined;
  isPhone: boolean;
}

/** First match wins: every browser also claims to be the ones it descends from. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/HeadlessChrome\/|Chrom(?:e|ium)\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/CrOS/, 'ChromeOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
];

/** A program's own name: `curl/8.5.0` → curl. */
const PROGRAM = /^([\w.-]{1,40})\//;

export function agentOf(userAgent: string): Agent {
  const browser = nameIn(BROWSERS, userAgent);
  const program = PROGRAM.exec(userAgent)?.[1];
  return {
    browser: browser ?? (program === 'Mozilla' ? undefined : program),
    system: nameIn(SYSTEMS, userAgent),
    isPhone: /iPhone|Android.*Mobile/.test(userAgent),
  };
}

function nameIn(names: typeof BROWSERS, userAgent: string): string | undefined {
  return names.find(([pattern]) => pattern.test(userAgent))?.[1];
}
