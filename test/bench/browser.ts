// How the browser is started for measurements, and the word where there is none.

/** As root Chromium cannot sandbox; without a network it must not look for updates. */
export const browserArguments = ['--disable-background-networking', '--disable-component-update', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
export const noBrowser = 'not measured: no Chromium is here';
