// Opens HTML reports in a real browser: node look.mjs CHROMIUM PAGE... Fails where a page logs an error, asks for anything
// but itself, breaks a rule of axe in light or dark, overflows a narrow window or a sheet of A4, or is less without script.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const [executablePath, ...pages] = process.argv.slice(2);
const args = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];
const browser = await chromium.launch({ executablePath, args });
const faults = [];

for (const page of pages) {
  const url = pathToFileURL(page).href;
  const texts = [];
  for (const javaScriptEnabled of [true, false]) {
    for (const colorScheme of ['light', 'dark']) {
      // The page's own policy forbids other scripts; axe is one.
      const context = await browser.newContext({ javaScriptEnabled, colorScheme, bypassCSP: true });
      const tab = await context.newPage();
      const fault = (what) => faults.push(`${page} (${colorScheme}${javaScriptEnabled ? '' : ', no script'}): ${what}`);
      tab.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) fault(`console: ${message.text()}`);
      });
      tab.on('pageerror', (error) => fault(`error: ${error.message}`));
      tab.on('request', (request) => {
        if (request.url() !== url) fault(`asks for ${request.url()}`);
      });
      await tab.goto(url);
      for (const width of [360, 768, 1280]) {
        await tab.setViewportSize({ width, height: 900 });
        const over = javaScriptEnabled
          ? await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
          : 0;
        if (over > 0) fault(`is ${over} pixels wider than a window of ${width}`);
      }
      texts.push((await tab.locator('body').innerText()).replace(/\s+/g, ' '));
      if (javaScriptEnabled) {
        await tab.evaluate(axe);
        const { violations } = await tab.evaluate(() => axe.run(document, { resultTypes: ['violations'] }));
        for (const { id, help, nodes } of violations) fault(`axe ${id}: ${help}, at ${nodes[0].target}`);
        await tab.emulateMedia({ media: 'print', colorScheme });
        await tab.setViewportSize({ width: 794, height: 1123 });
        const over = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        if (over > 0) fault(`is ${over} pixels wider than a sheet of A4`);
        const sheet = await tab.pdf({ format: 'A4' });
        if (!sheet.subarray(0, 5).equals(Buffer.from('%PDF-'))) fault('cannot be printed');
      }
      await context.close();
    }
  }
  if (new Set(texts).size !== 1) faults.push(`${page}: says less without script, or in another colour`);
  console.log(`${page}: looked at`);
}
await browser.close();
for (const fault of faults) console.error(fault);
process.exit(faults.length === 0 ? 0 : 1);
