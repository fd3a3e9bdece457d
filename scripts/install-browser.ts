// npm run browser:install: installs the browser that `npm run test:browser` drives, where none is found.
import { findBrowser, installBrowser } from './browser.ts';

if (findBrowser() === undefined) installBrowser();
console.log(`Browser: ${findBrowser() ?? 'none, although apt-get installed Chromium; is its folder on PATH?'}`);
