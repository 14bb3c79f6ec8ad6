/** The look of /docs: the colours of the web app, light or dark as the browser is set. */

export const DOCS_STYLE = `
:root {
  color-scheme: light dark;
  --bg: light-dark(oklch(.968 .007 92), oklch(.168 .010 228));
  --surface: light-dark(#fff, oklch(.207 .011 228));
  --surface-2: light-dark(oklch(.975 .006 92), oklch(.185 .011 228));
  --line: light-dark(oklch(.912 .009 92), oklch(.283 .012 228));
  --text: light-dark(oklch(.235 .022 232), oklch(.958 .005 220));
  --text-2: light-dark(oklch(.410 .020 232), oklch(.790 .011 220));
  --accent: light-dark(oklch(.515 .098 222), oklch(.815 .112 207));
  --ok: light-dark(oklch(.48 .130 156), oklch(.815 .155 156));
  --warn: light-dark(oklch(.50 .112 66), oklch(.845 .140 82));
  --bad: light-dark(oklch(.52 .190 25), oklch(.735 .165 24));
  --mono: "Geist Mono", ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace;
}
*, *::before, *::after { box-sizing: border-box }
html { scroll-padding-top: 16px }
body {
  margin: 0 auto; max-width: 960px; padding: 32px 20px 80px; background: var(--bg); color: var(--text);
  font: 400 .9375rem/1.5 Geist, system-ui, sans-serif;
}
h1 { margin: 0 0 12px; font-size: 1.75rem; font-weight: 600; letter-spacing: -.02em }
h1 small { font: 400 .875rem var(--mono); color: var(--text-2); letter-spacing: 0 }
h2 { margin: 40px 0 12px; font-size: 1.125rem; font-weight: 600; letter-spacing: -.01em; text-transform: capitalize }
h3 { margin: 16px 0 6px; font-size: .8125rem; font-weight: 600; color: var(--text-2) }
p { margin: 0 0 10px; max-width: 72ch; color: var(--text-2) }
a { color: var(--accent); text-underline-offset: 2px }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 6px }
code, pre, .method { font-family: var(--mono); font-size: .8125rem }
nav { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 16px }
nav a {
  padding: 5px 12px; border: 1px solid var(--line); border-radius: 999px; background: var(--surface);
  color: var(--text); text-decoration: none; text-transform: capitalize; font-size: .8125rem;
}
nav a:hover { border-color: var(--accent) }
details { margin: 8px 0; border: 1px solid var(--line); border-radius: 10px; background: var(--surface) }
summary { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 12px; padding: 10px 14px; cursor: pointer; list-style: none }
summary::-webkit-details-marker { display: none }
summary code { font-weight: 500; overflow-wrap: anywhere }
summary var { color: var(--accent); font-style: normal }
.method { min-width: 3.75rem; font-weight: 600 }
.get { color: var(--accent) } .post { color: var(--ok) } .patch, .put { color: var(--warn) } .delete { color: var(--bad) }
.what { flex: 1 1 14rem; color: var(--text-2) }
.who { padding: 1px 9px; border: 1px solid var(--line); border-radius: 999px; font-size: .75rem; color: var(--text-2) }
.inner { padding: 0 14px 14px; border-top: 1px solid var(--line) }
pre { margin: 0; padding: 10px 12px; overflow-x: auto; border-radius: 8px; background: var(--surface-2); line-height: 1.55 }
table { width: 100%; border-collapse: collapse; font-size: .8125rem }
td { padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; color: var(--text-2) }
td:first-child { color: var(--text) }
`;
